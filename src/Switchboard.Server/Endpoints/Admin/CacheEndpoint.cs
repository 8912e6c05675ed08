using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>The answers that are kept: <c>GET /admin/cache</c> and <c>POST /admin/cache/flush</c>.</summary>
internal sealed class CacheEndpoint(GatewayRuntime runtime, IAccessRecords records)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    /// <summary>What there is, and what became of calls, in this process.</summary>
    public async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var answers = runtime.Answers;
        var counts = answers.Counts;
        await JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("object"u8, "cache"u8);
                json.WriteBoolean("enabled"u8, runtime.Configuration.Cache.Enabled);
                json.WriteBoolean("shared"u8, answers.IsShared);
                json.WriteNumber("entries"u8, answers.Count);
                json.WriteNumber("bytes"u8, answers.Bytes);
                json.WriteNumber("max_bytes"u8, answers.MaxBytes);
                json.WriteNumber("questions"u8, answers.QuestionCount);
                json.WriteNumber("hits"u8, counts.Hits);
                json.WriteNumber("semantic_hits"u8, counts.SemanticHits);
                json.WriteNumber("joined"u8, counts.Joined);
                json.WriteNumber("misses"u8, counts.Misses);
                json.WriteNumber("bypassed"u8, counts.Bypassed);
                json.WriteNumber("stored"u8, counts.Stored);
                json.WriteEndObject();
            },
            cancellationToken);
        return null;
    }

    /// <summary>Forgets answers: all, or those of a tenant, a model, or both.</summary>
    public async ValueTask<GatewayError?> FlushAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (body, error) = await AdminBody.ReadAsync(context, cancellationToken);
        if (body is null)
        {
            return error;
        }

        string? tenant = null;
        string? model = null;
        foreach (var member in body.Members)
        {
            switch (member.Name)
            {
                case "tenant":
                    tenant = body.OptionalText(member.Name, member.Value);
                    break;
                case "model":
                    model = body.OptionalText(member.Name, member.Value);
                    break;
                default:
                    body.RefuseUnknown(member.Name);
                    break;
            }
        }

        if (body.Error is not null)
        {
            return body.Error;
        }

        var isTold = await runtime.Answers.FlushAsync(tenant, model, cancellationToken);
        await records.WriteAuditAsync(AdminRequest.Note(context, "cache.flush"), $"{tenant ?? "*"}/{model ?? "*"}", cancellationToken);
        if (!isTold)
        {
            return new GatewayError(503, new ErrorBody("The answers of this gateway are forgotten; the shared state does not answer, so that others may still have theirs. Try again in a moment.", ErrorTypes.Overloaded, null, "shared_state_unavailable"), s_retry);
        }

        await JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("object"u8, "cache.flush"u8);
                json.WriteBoolean("flushed"u8, true);
                json.WriteEndObject();
            },
            cancellationToken);
        return null;
    }
}
