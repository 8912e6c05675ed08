using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>The server's end of a websocket, in the hands of a test.</summary>
internal sealed class ServerSocket(HttpContext context, WebSocket socket)
{
    public static async Task<ServerSocket> AcceptAsync(HttpContext context) =>
        new(context, await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault()));

    /// <summary>How the client closed; null before that.</summary>
    public WebSocketCloseStatus? Closed => socket.CloseStatus;

    public async Task SendAsync(string json, int frames = 1)
    {
        var bytes = Encoding.UTF8.GetBytes(json).AsMemory();
        for (var i = 0; i < frames; i++)
        {
            var (from, to) = (bytes.Length * i / frames, bytes.Length * (i + 1) / frames);
            await socket.SendAsync(bytes[from..to], WebSocketMessageType.Text, i == frames - 1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The next event of the client; undefined when it closed.</summary>
    public async Task<JsonElement> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return default;
            }

            Assert.Equal(WebSocketMessageType.Text, read.MessageType);
            message.Write(buffer, 0, read.Count);
            if (read.EndOfMessage)
            {
                return JsonElement.Parse(message.ToArray());
            }
        }
    }

    /// <summary>The type of the next event; "closed" when the client closed.</summary>
    public async Task<string> ReceiveTypeAsync() => await ReceiveAsync() is { ValueKind: JsonValueKind.Object } json ? json.GetProperty("type").GetString()! : "closed";

    public Task CloseAsync(int code = 1000, string? reason = null) => socket.CloseAsync((WebSocketCloseStatus)code, reason, TestContext.Current.CancellationToken);

    /// <summary>Cuts the connection.</summary>
    public void Break() => context.Abort();
}
