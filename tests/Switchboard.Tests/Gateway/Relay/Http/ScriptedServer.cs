using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Relay.Http;

/// <summary>A port on which a test plays the server, connection by connection.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedServer() => _listener.Start();

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<Connection> AcceptAsync() => new(await _listener.AcceptSocketAsync(Token).AsTask().WithinAsync("a connection", Token));

    public void Dispose() => _listener.Dispose();

    internal sealed class Connection(Socket socket) : IDisposable
    {
        private readonly StringBuilder _come = new();

        /// <summary>Reads a request: its head, and as much body as it tells of.</summary>
        public async Task<string> ReadAsync()
        {
            var expected = int.MaxValue;
            while (_come.Length < expected)
            {
                Assert.NotEqual(0, await TakeAsync());
                expected = expected < int.MaxValue ? expected : LengthOf(_come.ToString());
            }

            var text = _come.ToString();
            _come.Clear();
            return text;
        }

        public async Task WriteAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text), Token);

        public Task AnswerAsync(string text, string more = "") => WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n{more}\r\n{text}");

        /// <summary>Waits until the other end has closed it.</summary>
        public async Task ReadToEndAsync()
        {
            try
            {
                while (await TakeAsync() > 0)
                {
                    // What still comes says nothing.
                }
            }
            catch (SocketException)
            {
                // Reset: closed as well.
            }
        }

        /// <summary>Ends it as a server does that has broken down.</summary>
        public void Reset() => socket.Close(0);

        public void Dispose() => socket.Dispose();

        private static int LengthOf(string begun)
        {
            const string Name = "Content-Length: ";
            var end = begun.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            var length = begun.IndexOf(Name, StringComparison.Ordinal);
            return end < 4 ? int.MaxValue : end + (length < 0 ? 0 : int.Parse(begun[(length + Name.Length)..].Split('\r')[0], CultureInfo.InvariantCulture));
        }

        private async Task<int> TakeAsync()
        {
            var buffer = new byte[64 * 1024];
            var count = await socket.ReceiveAsync(buffer, Token).AsTask().WithinAsync("bytes", Token);
            _come.Append(Encoding.Latin1.GetString(buffer, 0, count));
            return count;
        }
    }
}
