using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Server.Endpoints;
using Switchboard.Server.Endpoints.Admin;
using Switchboard.Server.Endpoints.Anthropic;
using Switchboard.Server.Endpoints.Console;
using Switchboard.Server.Endpoints.Conversations;
using Switchboard.Server.Endpoints.Docs;
using Switchboard.Server.Endpoints.Gemini;
using Switchboard.Server.Endpoints.OpenAI;
using Switchboard.Server.Endpoints.OpenAI.Batches;
using Switchboard.Server.Endpoints.OpenAI.Files;
using Switchboard.Server.Endpoints.OpenAI.Usage;
using Switchboard.Server.Endpoints.Operations;
using Switchboard.Server.Telemetry.Prometheus;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps Switchboard's endpoints in an application.</summary>
public static class SwitchboardEndpointRouteBuilderExtensions
{
    private const string Get = "GET, HEAD";
    private const string Post = "POST";

    // The application's own routes win over ours wherever both match.
    private const int Order = 1000;

    /// <summary>
    /// Maps the OpenAI endpoints (with and without <c>/v1</c>), <c>/health</c>, <c>/live</c>, <c>/ready</c>,
    /// <c>/metrics</c>, <c>/console/</c> and <c>/</c>. Map them below a prefix with <c>app.MapGroup("/ai").MapSwitchboard()</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapSwitchboard(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);

        // It listens from here on, asked for or not.
        endpoints.ServiceProvider.GetRequiredService<MetricPage>();
        var api = endpoints.ServiceProvider.GetRequiredService<ApiEndpoint>();
        var routes = new RouteTable();
        AddOpenAI(routes, endpoints.ServiceProvider, api);
        AddOperations(routes, endpoints.ServiceProvider, api);
        routes.MapTo(endpoints, api, ["/v1", ""], Order);
        MapAnthropic(endpoints, api);
        MapGemini(endpoints, api);
        AdminRoutes.Map(endpoints, api, Order);
        ConversationRoutes.Map(endpoints, api, Order);
        DocsEndpoint.MapPage(endpoints);
        endpoints.ServiceProvider.GetRequiredService<ConsoleEndpoint>().Map(endpoints, api, Order);
        endpoints.Map("/v1/{**path}", api.For(UnknownRoute.NotFoundAsync)).WithOrder(Order);
        return endpoints;
    }

    /// <summary>Answers every other path with 404 in the OpenAI error shape; for an application that is only a gateway.</summary>
    public static IEndpointRouteBuilder MapSwitchboardFallback(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.ServiceProvider.GetRequiredService<ApiEndpoint>();
        endpoints.MapFallback("{**path}", api.For(UnknownRoute.NotFoundAsync));
        return endpoints;
    }

    private static void AddOpenAI(RouteTable routes, IServiceProvider services, ApiEndpoint api)
    {
        var calls = services.GetRequiredService<CallEndpoint>();
        var forms = services.GetRequiredService<FormEndpoint>();
        var models = services.GetRequiredService<ModelsEndpoint>();
        var relay = services.GetRequiredService<RelayEndpoint>();
        foreach (var profile in OperationProfile.All.Where(profile => profile.Operation is not (ApiOperation.Realtime or ApiOperation.CountTokens)))
        {
            routes.Add(Post, $"/{profile.Path}", api.For(profile.Specification.TakesForm ? forms.For(profile) : calls.For(profile)));
        }

        var sockets = services.GetRequiredService<SocketEndpoint>();
        routes.Add("GET", "/realtime", api.For(sockets.For(ApiOperation.Realtime, "realtime")));
        routes.Add("GET", "/realtime/translations", api.For(sockets.For(ApiOperation.Realtime, "realtime/translations")));
        routes.Add("GET", "/responses", api.For(sockets.For(ApiOperation.Responses, "responses")));
        var anthropic = services.GetRequiredService<AnthropicModelsEndpoint>();
        var google = services.GetRequiredService<GeminiModelsEndpoint>();
        routes.Add(Get, "/models", Either(api, models.ListAsync, anthropic.ListAsync, google.ListAsync));
        routes.Add(Get, "/models/{**model}", Either(api, models.GetAsync, anthropic.GetAsync, google.GetAsync));
        var usage = services.GetRequiredService<OrganizationUsage>();
        var files = services.GetRequiredService<FilesEndpoint>();
        var batches = services.GetRequiredService<BatchesEndpoint>();
        foreach (var operation in RelayedOperations.All)
        {
            // A model's id may hold slashes for us; that of one to delete may not, which its own handler says.
            var pattern = operation.Path.Replace("/models/{", "/models/{**", StringComparison.Ordinal);
            var relayed = relay.For(operation);
            routes.Add(operation.Method, pattern, api.For(usage.For(operation, relayed) ?? files.For(operation, relayed) ?? batches.For(operation, relayed) ?? relayed));
        }
    }

    private static void MapAnthropic(IEndpointRouteBuilder endpoints, ApiEndpoint api)
    {
        var messages = endpoints.ServiceProvider.GetRequiredService<MessagesEndpoint>();
        var routes = new RouteTable();
        routes.Add(Post, "/messages", api.For(messages.CreateAsync, ApiDialect.Anthropic));
        routes.Add(Post, "/messages/count_tokens", api.For(messages.CountAsync, ApiDialect.Anthropic));
        routes.MapTo(endpoints, api, ["/v1", ""], Order, ApiDialect.Anthropic);
        endpoints.Map("/v1/messages/{**path}", api.For(UnknownRoute.NotFoundAsync, ApiDialect.Anthropic)).WithOrder(Order);
    }

    private static void MapGemini(IEndpointRouteBuilder endpoints, ApiEndpoint api)
    {
        var gemini = endpoints.ServiceProvider.GetRequiredService<GeminiEndpoint>();
        var models = endpoints.ServiceProvider.GetRequiredService<GeminiModelsEndpoint>();
        var routes = new RouteTable();
        routes.Add(Get, "/models", api.For(models.ListAsync, ApiDialect.Gemini));
        routes.Add(Get, "/models/{**model}", api.For(models.GetAsync, ApiDialect.Gemini));
        routes.Add(Post, "/models/{**model}", api.For(gemini.PostAsync, ApiDialect.Gemini));
        routes.MapTo(endpoints, api, ["/v1beta"], Order, ApiDialect.Gemini);

        // Google's SDKs ask below /v1 as well, where OpenAI's paths of models are: only these have a method.
        var ask = api.For(gemini.PostAsync, ApiDialect.Gemini);
        var refuse = api.For(UnknownRoute.NotAllowed(Get + ", DELETE"));
        endpoints.MapPost("/v1/models/{**model}", context => GeminiEndpoint.IsAsked(context) ? ask(context) : refuse(context)).WithOrder(Order - 1);
        endpoints.Map("/v1beta/{**path}", api.For(UnknownRoute.NotFoundAsync, ApiDialect.Gemini)).WithOrder(Order);
    }

    // One path for three dialects: who sends a header of the one or the other speaks it.
    private static RequestDelegate Either(ApiEndpoint api, ApiHandler openAI, ApiHandler anthropic, ApiHandler google)
    {
        var (ours, anthropics, googles) = (api.For(openAI), api.For(anthropic, ApiDialect.Anthropic), api.For(google, ApiDialect.Gemini));
        return context => AnthropicModelsEndpoint.IsAskedBy(context.Request) ? anthropics(context)
            : GeminiModelsEndpoint.IsAskedBy(context.Request) ? googles(context)
            : ours(context);
    }

    private static void AddOperations(RouteTable routes, IServiceProvider services, ApiEndpoint api)
    {
        var health = services.GetRequiredService<HealthEndpoint>();
        var root = services.GetRequiredService<RootEndpoint>();
        routes.Add(Get, "/health", api.Always(health.HealthAsync));
        routes.Add(Get, "/live", api.Always(HealthEndpoint.LiveAsync));
        routes.Add(Get, "/ready", api.Always(health.ReadyAsync));
        routes.Add(Get, "/metrics", api.Always(services.GetRequiredService<MetricsEndpoint>().GetAsync));
        routes.Add(Get, "/", api.Open(root.GetAsync));
        routes.Add(Get, "/openapi.json", api.Open(DocsEndpoint.GetDocumentAsync));
    }
}
