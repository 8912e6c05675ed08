using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>What keys have beside other scopes: they are made with a secret that is shown once, and rotated.</summary>
internal sealed class KeysEndpoint(ScopesEndpoint<VirtualKey> scopes, IAccessRecords records, TimeProvider time)
{
    private const long LongestGrace = 30 * 24 * 60 * 60;

    /// <summary>Makes a key.</summary>
    public ValueTask<GatewayError?> CreateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var text = KeyText.Create();
        return scopes.CreateAsync(context, text.For("", time), text, cancellationToken);
    }

    /// <summary>Puts another secret in the place of a key's. The one before may be taken for a while longer.</summary>
    public async ValueTask<GatewayError?> RotateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (body, error) = await AdminBody.ReadAsync(context, cancellationToken);
        if (body is null)
        {
            return error;
        }

        var grace = 0L;
        foreach (var member in body.Members)
        {
            if (member.NameEquals("grace_seconds"u8))
            {
                grace = body.Number("grace_seconds", member.Value, 0, LongestGrace);
            }
            else
            {
                body.RefuseUnknown(member.Name);
            }
        }

        return body.Error ?? await RotateAsync(context, TimeSpan.FromSeconds(grace), cancellationToken);
    }

    private async ValueTask<GatewayError?> RotateAsync(HttpContext context, TimeSpan grace, CancellationToken cancellationToken)
    {
        var (id, text, isInRotation) = (AdminRequest.IdOf(context), KeyText.Create(), false);
        VirtualKey? Rotate(VirtualKey key)
        {
            // Within the change: of two at once the second sees the grace of the first.
            var rotated = text.Rotate(key, grace, time.GetUtcNow());
            isInRotation = rotated is null;
            return rotated;
        }

        return await records.ChangeAsync<VirtualKey>(id, Rotate, AdminRequest.Note(context, "key.rotate"), cancellationToken) is { } rotated
            ? await scopes.AnswerAsync(context, rotated, text, cancellationToken)
            : isInRotation ? AdminErrors.InRotation
            : AdminErrors.NotFound("key", id);
    }
}
