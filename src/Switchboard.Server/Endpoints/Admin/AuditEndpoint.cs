using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary><c>GET /admin/audit</c>: the log of administration, the youngest line first.</summary>
internal sealed class AuditEndpoint(IAccessRecords records)
{
    /// <summary>Lists a page of it.</summary>
    public async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (PagedList.Read(request, new RecordsQuery { NewestFirst = true }, out var query, others: ["target", "actor"]) is { } error)
        {
            return error;
        }

        var page = await records.ListAuditAsync(query, PagedList.One(request, "target"), PagedList.One(request, "actor"), cancellationToken);
        await PagedList.WriteAsync(context, page, entry => entry.Id, Write, tellsFirst: false, cancellationToken);
        return null;
    }

    private static void Write(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, entry.Id);
        json.WriteString("object"u8, "audit_entry"u8);
        json.WriteNumber("at"u8, entry.At.ToUnixTimeSeconds());
        json.WriteString("actor"u8, entry.Note.Actor);
        json.WriteString("action"u8, entry.Note.Action);
        json.WriteString("target"u8, entry.Target);
        json.WriteString("address"u8, entry.Note.Address);
        json.WriteString("request_id"u8, entry.Note.RequestId);
        WriteRaw(json, "before"u8, entry.Before);
        WriteRaw(json, "after"u8, entry.After);
        json.WriteEndObject();
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(text ?? "null");
    }
}
