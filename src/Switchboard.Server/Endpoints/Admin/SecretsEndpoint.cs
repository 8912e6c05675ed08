using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Server.Access;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary><c>/admin/secrets</c>: the keys of providers that are kept encrypted. A value comes in and never out.</summary>
internal sealed class SecretsEndpoint(IAccessRecords records, KeptSecrets secrets, GatewayRuntime runtime, AccessFeed feed)
{
    /// <summary>Lists a page of them, by name.</summary>
    public async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (PagedList.Read(context.Request, new RecordsQuery(), out var query) is { } error)
        {
            return error;
        }

        var page = PagedList.Of(await records.ListSecretsAsync(cancellationToken), secret => secret.Name, query);
        await PagedList.WriteAsync(context, page, secret => secret.Name, Write, tellsFirst: false, cancellationToken);
        return null;
    }

    /// <summary>Keeps one, in the place of one of that name.</summary>
    public async ValueTask<GatewayError?> PutAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var name = AdminRequest.IdOf(context);
        if (SecretRules.FaultOfName(name) is { } fault)
        {
            return GatewayError.InvalidRequest(fault, "name", "invalid_value");
        }

        var (body, error) = await AdminBody.ReadAsync(context, cancellationToken);
        if (body is null)
        {
            return error;
        }

        var value = Read(body);
        if (body.Error is { } wrong)
        {
            return wrong;
        }

        if (!secrets.CanEncrypt)
        {
            return AdminErrors.NoEncryptionKey;
        }

        await records.PutSecretAsync(secrets.Encrypt(name, new Secret(value)), AdminRequest.Note(context, "secret.put"), cancellationToken);
        await feed.TryRefreshAsync(cancellationToken);
        var kept = (await records.ListSecretsAsync(cancellationToken)).FirstOrDefault(secret => secret.Name == name);
        if (kept is null)
        {
            // Somebody was faster to delete it.
            return AdminErrors.NotFound("secret", name);
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, kept), cancellationToken);
        return null;
    }

    /// <summary>Deletes one.</summary>
    public async ValueTask<GatewayError?> DeleteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var name = AdminRequest.IdOf(context);
        if (!await records.DeleteSecretAsync(name, AdminRequest.Note(context, "secret.delete"), cancellationToken))
        {
            return AdminErrors.NotFound("secret", name);
        }

        await feed.TryRefreshAsync(cancellationToken);
        await JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("name"u8, name);
                json.WriteString("object"u8, "secret.deleted"u8);
                json.WriteBoolean("deleted"u8, true);
                json.WriteEndObject();
            },
            cancellationToken);
        return null;
    }

    private static string Read(AdminBody body)
    {
        string? value = null;
        foreach (var member in body.Members)
        {
            if (!member.NameEquals("value"u8))
            {
                body.RefuseUnknown(member.Name);
            }
            else if (member.Value.ValueKind == JsonValueKind.String)
            {
                value = member.Value.GetString()!;
            }
        }

        if (value is null || SecretRules.FaultOfValue(value) is not null)
        {
            body.Refuse("value", $"a string of 1 to {SecretRules.Longest} letters, digits and signs of ASCII, without blanks");
        }

        return value ?? "";
    }

    private void Write(Utf8JsonWriter json, EncryptedSecret secret)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, secret.Name);
        json.WriteString("object"u8, "secret"u8);
        json.WriteNumber("updated_at"u8, secret.UpdatedAt.ToUnixTimeSeconds());
        json.WriteBoolean("decryptable"u8, secrets.Decrypt(secret) is not null);
        json.WriteStartArray("used_by"u8);
        foreach (var (setting, _) in runtime.Configuration.FindKeptSecrets().Where(one => one.Value == secret.Name))
        {
            json.WriteStringValue(setting);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
