using System.Net;

namespace Switchboard.Tests.Server.Replay;

/// <summary>Keeps the bytes of each exchange as they left and came.</summary>
internal sealed class TappedHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    /// <summary>What was sent last.</summary>
    public byte[] Sent { get; private set; } = [];

    /// <summary>What came last.</summary>
    public byte[] Came { get; private set; } = [];

    /// <summary>The head that came last.</summary>
    public HttpResponseMessage? Head { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Sent = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        Came = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        Head = response;
        return response;
    }

    /// <summary>A header that came last, of the answer or of its body.</summary>
    public string? Header(string name) =>
        Head!.Headers.NonValidated.TryGetValues(name, out var values) || Head.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    /// <summary>The status that came last.</summary>
    public HttpStatusCode Status => Head!.StatusCode;
}
