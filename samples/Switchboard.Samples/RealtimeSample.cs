using Switchboard.Client;
using Switchboard.Client.Realtime;
using Switchboard.Protocol.Realtime;

namespace Switchboard.Samples;

/// <summary>A session over a websocket: text in, text out. Sound goes in with <see cref="RealtimeConnection.AppendAudioAsync(Stream, int, CancellationToken)"/>.</summary>
internal static class RealtimeSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        await using var session = await client.Realtime.ConnectAsync("gpt-realtime", cancellationToken);
        await session.UpdateSessionAsync(new RealtimeSessionOptions { OutputModalities = ["text"], Instructions = "Be brief." }, cancellationToken);
        await session.AddUserTextAsync("Name three colours.", cancellationToken);
        await session.CreateResponseAsync(cancellationToken: cancellationToken);

        await foreach (var happened in session.ReceiveAsync(cancellationToken))
        {
            switch (happened)
            {
                case RealtimeResponseTextDeltaEvent text:
                    await output.WriteAsync(text.Delta);
                    break;
                case RealtimeErrorEvent error:
                    await output.WriteLineAsync(error.Error.Message);
                    break;
                case RealtimeResponseDoneEvent done:
                    await output.WriteLineAsync($" ({done.Response.Status})");
                    return;
            }
        }
    }
}
