using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Server.Endpoints;

/// <summary>What answers now, told in whatever dialect the caller speaks.</summary>
internal static class ModelAnswers
{
    /// <summary>Answers with all models.</summary>
    public static async ValueTask<GatewayError?> ListAsync(GatewayRuntime runtime, HttpContext context, Action<Utf8JsonWriter, IReadOnlyList<ModelDescription>> write, CancellationToken cancellationToken)
    {
        using var lease = runtime.Enter();
        var models = await lease.Gateway.Models.ListAsync(RequestCaller.Of(context), cancellationToken);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => write(json, models), cancellationToken);
        return null;
    }

    /// <summary>Answers with the model that the path names; its id may hold slashes, escaped or not.</summary>
    public static async ValueTask<GatewayError?> GetAsync(GatewayRuntime runtime, HttpContext context, Action<Utf8JsonWriter, ModelDescription> write, CancellationToken cancellationToken)
    {
        // Routing leaves %2F as it is, since it would otherwise change the path's segments.
        var id = (context.GetRouteValue("model") as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        using var lease = runtime.Enter();
        if (await lease.Gateway.Models.FindAsync(id, RequestCaller.Of(context), cancellationToken) is not { } model)
        {
            return GatewayError.ModelNotFound(id);
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => write(json, model), cancellationToken);
        return null;
    }
}
