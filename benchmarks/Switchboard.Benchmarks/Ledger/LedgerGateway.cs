using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Benchmarks.Ledger;

/// <summary>The gateway in this process, on a ledger that was written before.</summary>
internal sealed class LedgerGateway : IAsyncDisposable
{
    private const string Key = "the-master-key-of-a-benchmark-0123456789";

    private readonly WebApplication _application;
    private readonly HttpClient _client;

    private LedgerGateway(WebApplication application)
    {
        _application = application;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(application.Urls.First()) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public static async Task<LedgerGateway> StartAsync(string records)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSwitchboard(new GatewayConfiguration
        {
            Access = new AccessSettings { MasterKey = new Secret(Key) },
            Storage = new StorageSettings { Records = new Secret(records) },
            Providers = new Dictionary<string, ProviderSettings> { ["none"] = new() { Type = "openai", BaseUrl = new Uri("http://127.0.0.1:9/v1") } },
        });
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.MapSwitchboard();
        await application.StartAsync();
        return new LedgerGateway(application);
    }

    public Task<JsonElement> AskAsync(string path) => _client.GetFromJsonAsync<JsonElement>(path);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
