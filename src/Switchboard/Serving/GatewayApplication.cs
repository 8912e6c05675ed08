using Microsoft.Extensions.Logging.Console;
using Switchboard.Server;
using Switchboard.Server.Configuration;

namespace Switchboard.Cli.Serving;

/// <summary>The web application: Kestrel, logs to standard error, and nothing else around the gateway.</summary>
internal static class GatewayApplication
{
    public static WebApplication Build(LoadedConfiguration loaded)
    {
        // Empty: no appsettings.json, no ASPNETCORE_URLS; the configuration is ours alone.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "switchboard" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Who changes the file wants to read that it was taken.
        builder.Logging.AddFilter("Switchboard.Server.Configuration", LogLevel.Information);

        // Where this category is on, each request gets an activity and a log scope; nobody reads them here.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // A failed start is told in one line by the command.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
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

    // Kestrel takes port 0 for an address, not for the name `localhost`, which is two.
    private static string FreePortOnLoopback(string url) =>
        url.TrimEnd('/').Equals("http://localhost:0", StringComparison.OrdinalIgnoreCase) ? "http://127.0.0.1:0" : url;
}
