using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Requests;

/// <summary>A provider that is reached over TLS, as nearly all are: with HTTP/2 where it speaks it, and with HTTP/1.1.</summary>
public sealed class TlsProviderTests : IAsyncDisposable
{
    private const string Whole = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""";
    private const string Streamed = """data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-tls-").FullName;
    private readonly ConcurrentQueue<string> _protocols = new();
    private WebApplication? _provider;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _provider!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task It_answers_many_at_once_whole_and_streamed(HttpProtocols spoken, string expected)
    {
        await using var gateway = await StartAsync(await ServeAsync(spoken), trusts: true);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AskAsync(client, stream: i % 2 == 1)));

        Assert.All(answers, (answer, i) => Assert.Equal((200, i % 2 == 1 ? Streamed : Whole), answer));
        Assert.Equal([expected], _protocols.Distinct());
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_a_provider_out_of_reach()
    {
        await using var gateway = await StartAsync(await ServeAsync(HttpProtocols.Http1AndHttp2), trusts: false);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };

        var (status, text) = await AskAsync(client, stream: false);

        var error = JsonElement.Parse(text).GetProperty("error");
        Assert.Equal((502, "upstream_unreachable"), (status, error.GetProperty("code").GetString()));
        Assert.Contains("TLS", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Text)> AskAsync(HttpClient client, bool stream)
    {
        var body = $$"""{"model":"tls/m","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}""";
        using var response = await client.PostAsync("/v1/chat/completions", new StringContent(body, Encoding.UTF8, "application/json"), Token);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    private async Task<Uri> ServeAsync(HttpProtocols spoken)
    {
        using var certificate = Certify();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = spoken;
            listen.UseHttps(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
        }));
        _provider = builder.Build();
        _provider.Run(AnswerAsync);
        await _provider.StartAsync(Token);
        return new Uri(_provider.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _protocols.Enqueue(context.Request.Protocol);
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var isStream = request.RootElement.GetProperty("stream").GetBoolean();
        context.Response.ContentType = isStream ? "text/event-stream" : "application/json";
        await context.Response.WriteAsync(isStream ? Streamed : Whole, context.RequestAborted);
    }

    /// <summary>A certificate of its own for this machine; the gateway trusts what stands in the file.</summary>
    private X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "trusted.pem"), certificate.ExportCertificatePem());
        return certificate;
    }

    private Task<GatewayProcess> StartAsync(Uri provider, bool trusts) => GatewayProcess.StartAsync(
        new GatewayProcessOptions
        {
            Configuration = $$"""
                providers:
                  tls: { type: openai, base_url: "{{provider}}v1", api_key: sk-tls }
                """,
            Environment = trusts
                ? new Dictionary<string, string> { ["SSL_CERT_FILE"] = Path.Combine(_folder, "trusted.pem"), ["SSL_CERT_DIR"] = _folder }
                : new Dictionary<string, string>(),
        },
        Token);
}
