using Switchboard.Server;
using Switchboard.Server.Configuration;
using Switchboard.Server.Logging;

namespace Switchboard.Cli.Serving;

/// <summary>The web application: Kestrel, logs to standard error, and nothing else around the gateway.</summary>
internal static class GatewayApplication
{
    /// <summary>Makes it.</summary>
    /// <param name="loaded">The configuration.</param>
    public static WebApplication Build(LoadedConfiguration loaded)
    {
        // Empty: no appsettings.json, no ASPNETCORE_URLS; the configuration is ours alone.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "switchboard" });
        builder.Logging.AddSwitchboard(loaded);
        builder.Services.AddSingleton<IHostLifetime, StopSignals>();
        builder.Services.AddHostedService<ReloadSignal>();
        builder.Services.AddSwitchboard(loaded);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(KestrelLimits.Apply);

        var application = builder.Build();
        foreach (var url in loaded.Configuration!.Server.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            application.Urls.Add(FreePortOnLoopback(url));
        }

        application.MapSwitchboard();
        application.MapSwitchboardFallback();
        return application;
    }

    /// <summary>Makes its services alone, for a command that works with some of them: no server, no endpoints, warnings for a log.</summary>
    /// <param name="loaded">The configuration.</param>
    public static ServiceProvider ServicesOf(LoadedConfiguration loaded) => new ServiceCollection()
        .AddLogging(logging => logging.AddSwitchboardWarnings(loaded))
        .AddSwitchboard(loaded)
        .BuildServiceProvider();

    // Kestrel takes port 0 for an address, not for the name `localhost`, which is two.
    private static string FreePortOnLoopback(string url) =>
        url.TrimEnd('/').Equals("http://localhost:0", StringComparison.OrdinalIgnoreCase) ? "http://127.0.0.1:0" : url;
}
