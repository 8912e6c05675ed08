using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>What keys have beside other scopes: they are made with a secret that is shown once, and rotated.</summary>
internal sealed class KeysEndpoint(ScopesEndpoint<VirtualKey> scopes, IAccessRecords records, TimeProvider time)
{
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
                grace = body.Number("grace_seconds", member.Value, 0, (long)KeyRotation.LongestGrace.TotalSeconds);
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
        var (id, text) = (AdminRequest.IdOf(context), KeyText.Create());
        var rotation = await KeyRotation.RunAsync(records, id, text, grace, AdminRequest.Note(context, "key.rotate"), time, cancellationToken);
        return rotation.Key is { } rotated ? await scopes.AnswerAsync(context, rotated, text, cancellationToken)
            : rotation.IsInRotation ? AdminErrors.InRotation
            : AdminErrors.NotFound("key", id);
    }
}
