using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MlPipeline.ScoringService;

/// <summary>The OpenAPI document: what the requests and answers of each address are.</summary>
internal static class ApiDescription
{
    /// <summary>Lists an address in the document.</summary>
    public static void Describe(this IEndpointConventionBuilder endpoint, RequestDelegate handler) =>
        endpoint.WithMetadata(handler.Method);

    public static void Describe(this OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Scoring service",
                Version = "v1",
                Description = "Classifies pictures and shows what a model looks at. Failures are problems (RFC 9457).",
            };
            document.Servers?.Clear();
            document.Tags = null;
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var path = context.Description.RelativePath ?? "";
            if (s_operations.TryGetValue(path, out var describe))
                describe(operation, path);
            return Task.CompletedTask;
        });
    }

    private static readonly Dictionary<string, Action<OpenApiOperation, string>> s_operations = new(StringComparer.Ordinal)
    {
        ["v1/predict"] = (operation, path) => Fill(operation, path, "Classifies one or many pictures.",
            Json("Predictions in the order of the pictures; one that cannot be used has an 'error' and no label."),
            [400, 401, 404, 408, 413, 415, 422, 429, 503],
            ("model", "The model's name; the first one when absent."), ("top", "How many classes to list; 3 when absent.")),
        ["v1/explain"] = (operation, path) => Fill(operation, path, "Shows where in one picture a class is seen.",
            new OpenApiResponse
            {
                Description = "The picture with the map over it, the map, or the map's numbers.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["image/png"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
                    ["application/json"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } },
                },
            },
            [400, 401, 404, 408, 413, 415, 422, 429, 503],
            ("model", "The model's name; the first one when absent."), ("method", "The heatmap method; cam when absent."),
            ("class", "The class to show; the predicted one when absent."), ("output", "overlay (when absent), map or json.")),
        ["v1/models"] = (operation, path) => Fill(operation, path, "Lists the models.", Json("The models."), [401]),
        ["v1/models/{name}"] = (operation, path) => Fill(operation, path, "Shows a model's card.",
            Json("The model and its card."),
            [401, 404]),
        ["v1/models/{name}/reload"] = (operation, path) => Fill(operation, path,
            "Looks for a newer model and waits until it serves.",
            Json("What it came to."), [401, 404, 409], ("force", "true: load the file again though it is the same.")),
    };

    private static void Fill(OpenApiOperation operation, string path, string summary, OpenApiResponse good, int[] problems,
        params (string Name, string Description)[] parameters)
    {
        operation.Summary = summary;
        operation.Tags?.Clear();
        operation.Parameters ??= [];
        if (path.Contains("{name}", StringComparison.Ordinal))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "name",
                In = ParameterLocation.Path,
                Required = true,
                Description = "The model's name.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        foreach (var (name, description) in parameters)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Description = description,
                Schema = new OpenApiSchema { Type = name == "top" ? JsonSchemaType.Integer : JsonSchemaType.String },
            });
        }

        if (path is "v1/predict" or "v1/explain")
            operation.RequestBody = Pictures();
        operation.Responses = new OpenApiResponses { ["200"] = good };
        foreach (var status in problems)
        {
            operation.Responses[$"{status}"] = new OpenApiResponse
            {
                Description = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Problems.ContentType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } },
                },
            };
        }
    }

    private static OpenApiRequestBody Pictures()
    {
        var binary = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["image/*"] = new() { Schema = binary },
                [RequestBody.Bytes] = new() { Schema = binary },
                [RequestBody.Multipart] = new() { Schema = Object("picture", Array(binary)) },
                [RequestBody.Json] = new()
                {
                    Schema = Object("pictures", Array(new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { "data" },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String },
                            ["data"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
                        },
                    })),
                },
            },
        };
    }

    private static OpenApiResponse Json(string description) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } },
        },
    };

    private static OpenApiSchema Array(IOpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    private static OpenApiSchema Object(string name, IOpenApiSchema value) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema> { [name] = value },
    };
}
