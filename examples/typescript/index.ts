// Two models in the EU for a workflow of GitHub, which has no key.
import * as residency from "@placement/vertex-residency";

const project = new residency.ProjectBaseline("project", {
    publishers: ["google"],
    needs: ["context-caching"],
    features: ["federation"],
});

const workflow = new residency.Federation("workflow", {
    github: { repository: "acme/app", ownerId: "1234567", branch: "main" },
}, { dependsOn: project });

const shared = {
    snapshot: "2026-11-12",
    callers: ["federation"],
    federation: workflow.caller,
    roles: project.roles,
};

const chat = new residency.ModelEndpoint("chat", {
    ...shared,
    model: "gemini-3.8-flash",
    residency: { within: ["eu"], guarantee: "ml-processing" },
    needs: ["context-caching"],
}, { dependsOn: project });

const search = new residency.ModelEndpoint("search", {
    ...shared,
    model: "text-embedding-005",
    residency: { within: ["de", "fr", "nl"] },
}, { dependsOn: project });

export const provider = workflow.providerName;
export const chatEnvironment = chat.environment;
export const searchEnvironment = search.environment;
