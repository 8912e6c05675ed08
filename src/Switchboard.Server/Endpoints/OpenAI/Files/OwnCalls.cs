using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Batches;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints.OpenAI.Files;

/// <summary>
/// Which calls about files and batches the gateway answers itself: those whose caller says so, those that name what lies
/// here, and those that go to no provider that has files. All others are relayed as they came.
/// </summary>
internal sealed partial class OwnCalls(GatewayRuntime runtime, ILogger<OwnCalls> logger)
{
    /// <summary>In which a caller says who keeps its files: <c>gateway</c> or <c>provider</c>.</summary>
    public const string Header = "x-switchboard-files";

    /// <summary>A handler that answers what is the gateway's own.</summary>
    /// <param name="own">Answers it.</param>
    /// <param name="relayed">Answers all else.</param>
    /// <param name="finds">Finds the id in a request that says where it belongs; null for none.</param>
    public ApiHandler Or(ApiHandler own, ApiHandler relayed, Func<HttpContext, CancellationToken, ValueTask<string?>> finds) => async (context, cancellationToken) =>
    {
        var isOurs = ReadWish(context.Request, runtime.Configuration.Files.Store, out var error);
        if (error is not null)
        {
            return error;
        }

        isOurs ??= await finds(context, cancellationToken) is { } id && (FileIds.IsOurs(id) || BatchIds.IsOurs(id)) ? true : IsUsual(context);
        return isOurs.Value ? await AnswerAsync(context, own, cancellationToken) : await relayed(context, cancellationToken);
    };

    /// <summary>Whose files are asked for.</summary>
    public static string TenantOf(HttpContext context) => RequestCaller.Of(context).Tenant ?? "";

    private bool IsUsual(HttpContext context)
    {
        using var lease = runtime.Enter();
        return !lease.Gateway.FilesAreAtProvider(RequestCaller.Of(context));
    }

    private static bool? ReadWish(HttpRequest request, FileKeeper store, out GatewayError? error)
    {
        error = null;
        if (!request.Headers.TryGetValue(Header, out var wish))
        {
            return RequestedProvider.Of(request) is null ? null : false;
        }

        if (wish == "gateway" && store == FileKeeper.Provider)
        {
            error = GatewayError.InvalidRequest("The gateway keeps no files (files.store).", null, "files_at_provider");
            return null;
        }

        if (wish.ToString() is "gateway" or "provider")
        {
            return wish == "gateway";
        }

        error = GatewayError.InvalidRequest($"The header {Header} must be gateway or provider.", null, "invalid_value");
        return null;
    }

    private async ValueTask<GatewayError?> AnswerAsync(HttpContext context, ApiHandler own, CancellationToken cancellationToken)
    {
        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        try
        {
            return await own(context, cancellationToken);
        }
        catch (FilesUnavailableException fault)
        {
            Log.NotKept(logger, fault.Message);
            return FileErrors.NotKept;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1710, LogLevel.Error, "{Fault}")]
        public static partial void NotKept(ILogger logger, string fault);
    }
}
