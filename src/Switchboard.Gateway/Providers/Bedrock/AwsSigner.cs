using System.Security.Cryptography;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Providers.Bedrock;

/// <summary>Signs requests to Amazon with an access key.</summary>
internal sealed class AwsSigner : IRequestSigner
{
    private readonly SignatureV4 _signature;
    private readonly string? _sessionToken;
    private readonly TimeProvider _time;

    /// <summary>With the access key of a provider's settings.</summary>
    public AwsSigner(ProviderSettings settings, TimeProvider time)
    {
        _signature = new SignatureV4(settings.AccessKeyId!.Reveal(), settings.SecretAccessKey!.Reveal(), settings.Region ?? ProviderSettings.UsualRegion, "bedrock");
        _sessionToken = settings.SessionToken?.Reveal();
        _time = time;
    }

    /// <inheritdoc/>
    public ValueTask<UpstreamRequest> SignAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var hash = HashOf(request.Content as RequestContent);
        var own = new List<KeyValuePair<string, string>> { new("x-amz-content-sha256", hash), new("x-amz-date", SignatureV4.TimeOf(now)) };
        if (_sessionToken is not null)
        {
            own.Add(new("x-amz-security-token", _sessionToken));
        }

        var signed = new List<KeyValuePair<string, string>> { new("host", request.Target.Host) };
        if (request.Content is not null)
        {
            signed.Insert(0, new("content-type", RequestContent.MediaType));
        }

        signed.AddRange(own);
        return new(request with
        {
            Authorization = _signature.Sign(request.Method.Method, request.Target.Url, signed, hash, now),
            Headers = [.. request.Headers, .. own],
        });
    }

    private static string HashOf(RequestContent? content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in content is null ? default : content.Pieces)
        {
            hash.AppendData(piece.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
