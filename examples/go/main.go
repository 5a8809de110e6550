// Two models in the EU for a workflow of GitHub, which has no key.
package main

import (
	"example.com/pulumi-vertex-residency/sdk/go/vertexresidency"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	project, err := vertexresidency.NewProjectBaseline(ctx, "project",
		&vertexresidency.ProjectBaselineArgs{
			Publishers: []string{"google"},
			Needs:      []string{"context-caching"},
			Features:   []string{"federation"},
		})
	if err != nil {
		return err
	}
	after := pulumi.DependsOn([]pulumi.Resource{project})
	workflow, err := vertexresidency.NewFederation(ctx, "workflow",
		&vertexresidency.FederationArgs{
			Github: &vertexresidency.GitHubArgs{
				Repository: "acme/app",
				OwnerId:    pulumi.StringRef("1234567"),
				Branch:     pulumi.StringRef("main"),
			},
		}, after)
	if err != nil {
		return err
	}
	chat, err := vertexresidency.NewModelEndpoint(ctx, "chat",
		&vertexresidency.ModelEndpointArgs{
			Model: "gemini-3.8-flash",
			Residency: vertexresidency.ResidencyArgs{
				Within:    []string{"eu"},
				Guarantee: pulumi.StringRef("ml-processing"),
			},
			Needs:      []string{"context-caching"},
			Snapshot:   pulumi.StringRef("2026-11-12"),
			Callers:    []pulumi.StringInput{pulumi.String("federation")},
			Federation: workflow.Caller.ToFederationCallerPtrOutput(),
			Roles:      project.Roles,
		}, after)
	if err != nil {
		return err
	}
	search, err := vertexresidency.NewModelEndpoint(ctx, "search",
		&vertexresidency.ModelEndpointArgs{
			Model:      "text-embedding-005",
			Residency:  vertexresidency.ResidencyArgs{Within: []string{"de", "fr", "nl"}},
			Snapshot:   pulumi.StringRef("2026-11-12"),
			Callers:    []pulumi.StringInput{pulumi.String("federation")},
			Federation: workflow.Caller.ToFederationCallerPtrOutput(),
			Roles:      project.Roles,
		}, after)
	if err != nil {
		return err
	}
	ctx.Export("provider", workflow.ProviderName)
	ctx.Export("chat", chat.Environment)
	ctx.Export("search", search.Environment)
	return nil
}
