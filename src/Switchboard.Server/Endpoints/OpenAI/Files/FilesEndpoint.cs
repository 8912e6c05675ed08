using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Operations;

namespace Switchboard.Server.Endpoints.OpenAI.Files;

/// <summary>The files that lie with the gateway: taken, listed, told of, sent and deleted.</summary>
internal sealed partial class FilesEndpoint(GatewayRuntime runtime, FileStore files, OwnCalls own, ILogger<FilesEndpoint> logger)
{
    /// <summary>As many as OpenAI tells at once.</summary>
    private const int MostListed = 10_000;

    /// <summary>The handler of an operation that may be the gateway's own; null for any other.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="relayed">Answers what is not.</param>
    public ApiHandler? For(OpenAIOperation operation, ApiHandler relayed)
    {
        ApiHandler? handler = operation.Id switch
        {
            "createFile" => CreateAsync,
            "listFiles" => ListAsync,
            "retrieveFile" => GetAsync,
            "deleteFile" => DeleteAsync,
            "downloadFile" => SendAsync,
            _ => null,
        };
        return handler is null ? null : own.Or(handler, relayed, (context, _) => new(IdOf(context)));
    }

    private static string IdOf(HttpContext context) => context.GetRouteValue("file_id") as string ?? "";

    private async ValueTask<GatewayError?> CreateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (FormBoundary.Read(context.Request, "a form (multipart/form-data)", out var boundary) is { } unreadable)
        {
            return unreadable;
        }

        var most = runtime.Configuration.Files.MaxMegabytes;

        // What stands around the file is small.
        var body = CallerBody.Of(context, (most * 1024L * 1024L) + (64 * 1024), () => FileErrors.TooLarge(most), out var refusal);
        if (body is null)
        {
            return refusal ?? FormFaults.Empty();
        }

        var (file, error) = await files.ReceiveAsync(body, boundary, OwnCalls.TenantOf(context), cancellationToken);
        return file is null ? error : await TellAsync(context, file, cancellationToken);
    }

    private async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (PagedList.Read(context.Request, new RecordsQuery { NewestFirst = true, Limit = MostListed }, out var query, MostListed, "purpose") is { } error)
        {
            return error;
        }

        var purpose = PagedList.One(context.Request, "purpose");
        var page = await files.ListAsync(OwnCalls.TenantOf(context), purpose, query, cancellationToken);
        await PagedList.WriteAsync(context, page, file => file.Id, FileJson.Write, tellsFirst: true, cancellationToken);
        return null;
    }

    private async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken) =>
        await files.FindAsync(OwnCalls.TenantOf(context), IdOf(context), cancellationToken) is { } file
            ? await TellAsync(context, file, cancellationToken)
            : FileErrors.NotFound(IdOf(context));

    private async ValueTask<GatewayError?> DeleteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var id = IdOf(context);
        if (!await files.DeleteAsync(OwnCalls.TenantOf(context), id, cancellationToken))
        {
            return FileErrors.NotFound(id);
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => FileJson.WriteDeleted(json, id), cancellationToken);
        return null;
    }

    private async ValueTask<GatewayError?> SendAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var id = IdOf(context);
        if (await files.FindAsync(OwnCalls.TenantOf(context), id, cancellationToken) is not { } file)
        {
            return FileErrors.NotFound(id);
        }

        if (await files.OpenAsync(file, cancellationToken) is not { } content)
        {
            Log.NotThere(logger, id);
            return FileErrors.NotFound(id);
        }

        await using (content)
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            FileStreamHttpResult answer = TypedResults.Stream(content, "application/octet-stream", file.Name, enableRangeProcessing: true);
            await answer.ExecuteAsync(context);
        }

        return null;
    }

    private static async ValueTask<GatewayError?> TellAsync(HttpContext context, StoredFile file, CancellationToken cancellationToken)
    {
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => FileJson.Write(json, file), cancellationToken);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1711, LogLevel.Error, "The file {Id} is known, but its bytes are not there. Several gateways need one folder (storage.files).")]
        public static partial void NotThere(ILogger logger, string id);
    }
}
