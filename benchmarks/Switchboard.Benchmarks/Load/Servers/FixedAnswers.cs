namespace Switchboard.Benchmarks.Load.Servers;

/// <summary>The limit of what answers from memory can be: Kestrel reads the request away and writes the same bytes each time. Nothing is looked up, counted or noted.</summary>
internal static class FixedAnswers
{
    public static Task<int> RunAsync(Traffic traffic) => LoopbackServer.RunAsync(async context =>
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = traffic.IsStream ? "text/event-stream" : "application/json";
        context.Response.ContentLength = traffic.IsStream ? null : traffic.Answer.Length;
        await context.Response.Body.WriteAsync(traffic.Answer, context.RequestAborted);
    });
}
