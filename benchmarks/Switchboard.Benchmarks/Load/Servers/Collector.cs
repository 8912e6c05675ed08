using Microsoft.AspNetCore.Http;

namespace Switchboard.Benchmarks.Load.Servers;

/// <summary>A collector of telemetry that reads what it gets and keeps nothing.</summary>
internal static class Collector
{
    public static Task<int> RunAsync() => LoopbackServer.RunAsync(TakeAsync);

    private static async Task TakeAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
    }
}
