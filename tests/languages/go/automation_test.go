// Runs the example's program by the Automation API: a copy of the example has this file beside it.
package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"example.com/pulumi-vertex-residency/sdk/go/vertexresidency"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func endpoint(name, residency string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := vertexresidency.NewModelEndpoint(ctx, name, &vertexresidency.ModelEndpointArgs{
			Model:     "text-embedding-005",
			Residency: vertexresidency.ResidencyArgs{Within: []string{residency}},
			Snapshot:  pulumi.StringRef("2026-11-12"),
			Callers:   []pulumi.StringInput{pulumi.String("user:alice@acme.example")},
		})
		return err
	}
}

type googleProvider struct{ pulumi.ProviderResourceState }

// A model in a project of its own, which an explicit provider says.
func elsewhere(ctx *pulumi.Context) error {
	var provider googleProvider
	inputs := pulumi.Map{"project": pulumi.String("acme-elsewhere")}
	if err := ctx.RegisterResource("pulumi:providers:gcp", "elsewhere", inputs, &provider); err != nil {
		return err
	}
	of := pulumi.Providers(&provider)
	project, err := vertexresidency.NewProjectBaseline(ctx, "elsewhere",
		&vertexresidency.ProjectBaselineArgs{Publishers: []string{"google"}}, of)
	if err != nil {
		return err
	}
	third, err := vertexresidency.NewModelEndpoint(ctx, "third", &vertexresidency.ModelEndpointArgs{
		Model:     "text-embedding-005",
		Residency: vertexresidency.ResidencyArgs{Within: []string{"eu"}},
		Snapshot:  pulumi.StringRef("2026-11-12"),
	}, of, pulumi.DependsOn([]pulumi.Resource{project}))
	if err != nil {
		return err
	}
	ctx.Export("third", third.Environment)
	return nil
}

func both(programs ...pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for _, program := range programs {
			if err := program(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestExample(t *testing.T) {
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "models", program)
	if err != nil {
		t.Fatal(err)
	}
	if err := stack.SetConfig(ctx, "gcp:project", auto.ConfigValue{Value: "acme-dev"}); err != nil {
		t.Fatal(err)
	}
	up := func(program pulumi.RunFunc) (map[string]int, error) {
		stack.Workspace().SetProgram(program)
		done, err := stack.Up(ctx, optup.ProgressStreams(os.Stderr))
		if err != nil {
			return nil, err
		}
		return *done.Summary.ResourceChanges, nil
	}
	for _, step := range []struct {
		title   string
		program pulumi.RunFunc
		only    string
		changed map[string]int
	}{
		{title: "the example", program: program},
		{title: "nothing changes", program: program, only: "same"},
		{title: "two endpoints with one caller", program: both(
			program, endpoint("first", "eu"), endpoint("second", "de"))},
		{
			title:   "the one goes that asked first for what both need",
			program: both(program, endpoint("second", "de")),
			changed: map[string]int{"delete": 1},
		},
	} {
		changes, err := up(step.program)
		if err != nil {
			t.Fatalf("%s: %v", step.title, err)
		}
		if step.only != "" && (len(changes) != 1 || changes[step.only] == 0) {
			t.Fatalf("%s: %v", step.title, changes)
		}
		for operation, count := range step.changed {
			if changes[operation] != count {
				t.Fatalf("%s: %v", step.title, changes)
			}
		}
	}
	if _, err := up(both(program, elsewhere)); err != nil {
		t.Fatalf("an explicit provider: %v", err)
	}
	outputs, err := stack.Outputs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	environment, _ := outputs["third"].Value.(map[string]any)
	if environment["GOOGLE_CLOUD_PROJECT"] != "acme-elsewhere" {
		t.Fatalf("an explicit provider: %v", environment)
	}
	_, err = up(both(program, endpoint("second", "no")))
	for _, said := range []string{"property residency with value", "refused: "} {
		if err == nil || !strings.Contains(err.Error(), said) {
			t.Fatalf("a refusal: %v", err)
		}
	}
	if strings.Contains(err.Error(), "Traceback") {
		t.Fatalf("a refusal: %v", err)
	}
	if _, err := stack.Destroy(ctx); err != nil {
		t.Fatal(err)
	}
}
