using System.Net;

namespace Switchboard.Tests.Client.Azure;

/// <summary>Keeps requests and answers each with an empty object.</summary>
internal sealed class CapturingHandler : HttpMessageHandler
{
    public List<HttpRequestMessage> Requests { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}", null, "application/json") });
    }
}
