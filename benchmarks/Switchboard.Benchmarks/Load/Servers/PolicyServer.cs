using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server;
using Switchboard.Server.Configuration;
using Switchboard.Server.Draining;
using Switchboard.Server.Logging;

namespace Switchboard.Benchmarks.Load.Servers;

/// <summary>
/// The gateway on Kestrel, open and without a ledger; or with a key in a project, limits and budgets of both, and a ledger
/// in a file. The key is left in <c>key.txt</c>. It ends with its standard input.
/// </summary>
internal static class PolicyServer
{
    /// <summary>The file of the key.</summary>
    public const string KeyFile = "key.txt";

    // So large that nobody is ever sent away.
    private const long Much = 1_000_000_000_000;

    private const string Prices = """{"prices":{"input":0.15,"output":0.6}}""";

    private static readonly AccessPolicy s_policy = new()
    {
        Limits = new AccessLimits { RequestsPerMinute = Much, RequestsPerDay = Much, TokensPerMinute = Much, ConcurrentRequests = Much },
        Budgets = [new Budget(BudgetPeriod.Month, Much * 1000)],
    };

    public static async Task<int> RunAsync(Uri upstream, string[] kind)
    {
        var isOpen = kind is ["open"];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(KestrelLimits.Apply).UseUrls("http://127.0.0.1:0");
        if (isOpen)
        {
            builder.Services.AddSingleton(services => new GatewayRuntime(
                services.GetRequiredService<InitialConfiguration>(),
                services.GetRequiredService<ProviderRegistry>(),
                services.GetRequiredService<ISharedState>(),
                null,
                services.GetRequiredService<BudgetBook>(),
                services.GetRequiredService<IResponseStore>(),
                services.GetRequiredService<IConversationRecords>(),
                services.GetRequiredService<KeptSecrets>(),
                services.GetRequiredService<DrainState>(),
                services.GetRequiredService<LogState>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILoggerFactory>()));
        }
        builder.Services.AddSwitchboard(Configuration(upstream, isOpen, kind is ["redis", var url] ? url : null));
        await using var app = builder.Build();
        app.MapSwitchboard();
        if (!isOpen)
        {
            await File.WriteAllTextAsync(KeyFile, await CreateKeyAsync(app.Services.GetRequiredService<IAccessRecords>()));
        }
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static GatewayConfiguration Configuration(Uri upstream, bool isOpen, string? redis) => new()
    {
        Storage = new StorageSettings
        {
            Records = new Secret(isOpen ? StorageSettings.Memory : "policy.db"),
            Shared = redis is null ? null : new Secret(redis),
        },
        Providers = new Dictionary<string, ProviderSettings> { ["upstream"] = new() { Type = "openai", BaseUrl = new Uri(upstream, "v1"), ApiKey = new Secret("sk-upstream") } },
        Models = Models.Kinds.ToDictionary(Models.CallersName, kind => new ModelSettings { Deployments = [new("upstream", Models.UpstreamsName(kind))] }),
        KnownModels = KnownModels.Read(
            Encoding.UTF8.GetBytes("{\"providers\":{\"upstream\":{" + string.Join(',', Models.Kinds.Select(kind => $"\"{Models.UpstreamsName(kind)}\":{Prices}")) + "}}}"),
            out _),
    };

    private static async Task<string> CreateKeyAsync(IAccessRecords records)
    {
        var note = new AuditNote("bench", "bench");
        var project = await records.AddAsync(new Project { Id = "project_bench", Name = "bench", Policy = s_policy }, note, CancellationToken.None);
        var text = KeyText.Create();
        await records.AddAsync(text.For("bench", TimeProvider.System) with { ProjectId = project!.Id, Policy = s_policy }, note, CancellationToken.None);
        return text.Reveal();
    }
}
