using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Server.Configuration;

namespace Switchboard.Benchmarks.Soak;

/// <summary>What a soak starts, each as a process of its own: the gateway with a fast clock, and the provider behind it.</summary>
internal static class SoakServers
{
    /// <summary>Where the gateway tells how large its heap was after the last collection, in MB.</summary>
    public const string Heap = "/soak/heap";

    private const int Events = 20;

    /// <summary>The gateway as <c>switchboard serve</c> runs it, but for the clock. It ends with its standard input.</summary>
    public static async Task<int> RunGatewayAsync(string file, int speed)
    {
        var loaded = ConfigurationLoader.Load(new ConfigurationSources { WorkingDirectory = Path.GetDirectoryName(file)!, ConfigFile = file, Environment = new Dictionary<string, string>() });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(new FastTime(speed));
        builder.Services.AddSwitchboard(loaded);
        await using var app = builder.Build();
        app.MapGet(Heap, (HttpContext context) => context.Response.WriteAsync((GC.GetGCMemoryInfo().HeapSizeBytes / 1048576.0).ToString(CultureInfo.InvariantCulture)));
        app.MapSwitchboard();
        app.MapSwitchboardFallback();
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>A provider that answers what it is asked: whole, as a stream, as embeddings; every tenth call fails.</summary>
    public static Task<int> RunUpstreamAsync()
    {
        var count = 0;
        return LoopbackServer.RunAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            var number = Interlocked.Increment(ref count);
            if (number % 10 == 0)
            {
                context.Response.StatusCode = number % 20 == 0 ? 500 : 429;
                await context.Response.WriteAsync("""{"error":{"message":"Not now.","type":"server_error","param":null,"code":null}}""", context.RequestAborted);
            }
            else if (body.Contains("\"stream\":true", StringComparison.Ordinal))
            {
                await StreamAsync(context, number);
            }
            else
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(Answer(number), context.RequestAborted);
            }
        });
    }

    private static async Task StreamAsync(HttpContext context, int number)
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < Events; i++)
        {
            await context.Response.WriteAsync(Chunk(number, $$"""{"index":0,"delta":{"content":" word{{i}}"},"finish_reason":{{(i == Events - 1 ? "\"stop\"" : "null")}}}"""), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        await context.Response.WriteAsync(Chunk(number, "", ",\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":20,\"total_tokens\":40}") + "data: [DONE]\n\n", context.RequestAborted);
    }

    private static string Chunk(int number, string choice, string more = "") => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        data: {"id":"chatcmpl-{{number}}","object":"chat.completion.chunk","created":1760000000,"model":"soak","choices":[{{choice}}]{{more}}}


        """);

    private static string Answer(int number) => new StringBuilder(512)
        .Append(CultureInfo.InvariantCulture, $$"""{"id":"chatcmpl-{{number}}","object":"chat.completion","created":1760000000,"model":"soak","choices":[{"index":0,"message":{"role":"assistant","content":"Answer number {{number}}.","refusal":null},"logprobs":null,"finish_reason":"stop"}],""")
        .Append("""
            "usage":{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30}}
            """)
        .ToString();
}
