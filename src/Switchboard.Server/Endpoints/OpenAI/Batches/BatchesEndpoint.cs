using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Batches;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Operations;
using Switchboard.Server.Endpoints.OpenAI.Files;

namespace Switchboard.Server.Endpoints.OpenAI.Batches;

/// <summary>The batches that the gateway runs: made, listed, told of and cancelled.</summary>
internal sealed class BatchesEndpoint(IBatchRecords records, FileStore files, BatchWorker worker, OwnCalls own, TimeProvider time)
{
    private const int UsualListed = 20;
    private const int MostListed = 100;

    /// <summary>The handler of an operation that may be the gateway's own; null for any other.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="relayed">Answers what is not.</param>
    public ApiHandler? For(OpenAIOperation operation, ApiHandler relayed) => operation.Id switch
    {
        "createBatch" => own.Or(CreateAsync, relayed, InputFileOfAsync),
        "listBatches" => own.Or(ListAsync, relayed, (_, _) => default),
        "retrieveBatch" => own.Or(GetAsync, relayed, (context, _) => new(IdOf(context))),
        "cancelBatch" => own.Or(CancelAsync, relayed, (context, _) => new(IdOf(context))),
        _ => null,
    };

    private static string IdOf(HttpContext context) => context.GetRouteValue("batch_id") as string ?? "";

    private static async ValueTask<string?> InputFileOfAsync(HttpContext context, CancellationToken cancellationToken) =>
        BatchRequest.InputFileIn(await PeekedBody.PeekAsync(context.Request, cancellationToken));

    private async ValueTask<GatewayError?> CreateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (body, error) = await JsonBody.ReadSmallAsync(context, isOptional: false, cancellationToken);
        if (body is null)
        {
            return error;
        }

        var isRead = BatchRequest.TryRead(body.Memory, out var request, out error);
        body.Return();
        return isRead ? await CreateAsync(context, request!, cancellationToken) : error;
    }

    private async ValueTask<GatewayError?> CreateAsync(HttpContext context, BatchRequest request, CancellationToken cancellationToken)
    {
        var caller = RequestCaller.Of(context);
        var tenant = OwnCalls.TenantOf(context);
        if (await files.FindAsync(tenant, request.InputFileId, cancellationToken) is not { } file)
        {
            return BatchErrors.NoFile(request.InputFileId);
        }

        if (file.Purpose != FilePurposes.Batch)
        {
            return BatchErrors.WrongPurpose(file);
        }

        if (file.Bytes > BatchRequest.LongestFile)
        {
            return BatchErrors.FileTooLong(file);
        }

        var now = time.GetUtcNow();
        var batch = new Batch
        {
            Id = BatchIds.New(time),
            Tenant = tenant,
            Key = caller.KeyId,
            Address = caller.Address?.ToString(),
            Endpoint = request.Endpoint,
            InputFileId = request.InputFileId,
            Metadata = request.Metadata,
            OutputKept = request.OutputKept,
            CreatedAt = now,
            ExpiresAt = now + BatchRequest.Longest,
            DueAt = now,
        };
        await records.AddAsync(batch, cancellationToken);
        worker.Wake();
        return await TellAsync(context, batch, cancellationToken);
    }

    private async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (PagedList.Read(context.Request, new RecordsQuery { NewestFirst = true, Limit = UsualListed }, out var query, MostListed) is { } error)
        {
            return error;
        }

        var page = await records.ListAsync(OwnCalls.TenantOf(context), query, cancellationToken);
        await PagedList.WriteAsync(context, page, batch => batch.Id, BatchJson.Write, tellsFirst: true, cancellationToken);
        return null;
    }

    private async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken) =>
        await records.FindAsync(OwnCalls.TenantOf(context), IdOf(context), cancellationToken) is { } batch
            ? await TellAsync(context, batch, cancellationToken)
            : BatchErrors.NotFound(IdOf(context));

    private async ValueTask<GatewayError?> CancelAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await records.CancelAsync(OwnCalls.TenantOf(context), IdOf(context), cancellationToken) is not { } batch)
        {
            return BatchErrors.NotFound(IdOf(context));
        }

        return batch.IsOver || batch.CancellingAt is null ? BatchErrors.NotCancelled(batch) : await TellAsync(context, batch, cancellationToken);
    }

    private static async ValueTask<GatewayError?> TellAsync(HttpContext context, Batch batch, CancellationToken cancellationToken)
    {
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => BatchJson.Write(json, batch), cancellationToken);
        return null;
    }
}
