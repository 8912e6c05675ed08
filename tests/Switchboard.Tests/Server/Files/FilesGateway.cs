using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Files;

/// <summary>A served gateway that keeps files itself, over an upstream of a kind that has none.</summary>
internal sealed class FilesGateway : IAsyncDisposable
{
    private DirectoryInfo? _own;

    private FilesGateway(ReplayUpstream upstream) => Upstream = upstream;

    /// <summary>The same questions to a gateway that somebody else started, and ends.</summary>
    public static FilesGateway Over(ServedGateway gateway, ReplayUpstream upstream) => new(upstream) { Gateway = gateway };

    public ReplayUpstream Upstream { get; }

    public ServedGateway Gateway { get; private set; } = null!;

    /// <summary>Where the bytes are.</summary>
    public string Folder => Path.Combine(_own!.FullName, "files");

    public static async Task<FilesGateway> StartAsync(Func<GatewayConfiguration, GatewayConfiguration>? change = null, TimeProvider? time = null, string type = "vllm", Action<IServiceCollection>? services = null)
    {
        var upstream = ReplayUpstream.Start();
        var one = new FilesGateway(upstream) { _own = Directory.CreateTempSubdirectory("switchboard-files-test-") };
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["up"] = new() { Type = type, BaseUrl = upstream.BaseUrl } },
            Storage = new StorageSettings { Files = one.Folder },
        };
        one.Gateway = await ServedGateway.StartAsync(
            configuration: change?.Invoke(configuration) ?? configuration,
            services: collection =>
            {
                collection.AddSingleton(time ?? TimeProvider.System);
                services?.Invoke(collection);
            });
        return one;
    }

    /// <summary>Sends a form.</summary>
    public async Task<(int Status, JsonElement Json)> UploadAsync(string text, string purpose = "batch", string? key = null, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new StringContent(purpose), "purpose" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", "lines.jsonl");
        return await SendAsync(HttpMethod.Post, "/v1/files", form, key);
    }

    /// <summary>Asks, and reads the JSON that comes.</summary>
    public async Task<(int Status, JsonElement Json)> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    public Task<(int Status, JsonElement Json)> GetAsync(string path, string? key = null) => SendAsync(HttpMethod.Get, path, null, key);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        _own?.Delete(recursive: true);
    }
}
