using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Switchboard.Gateway.Diagnosis;

namespace Switchboard.Cli.Serving;

/// <summary>Looks whether the addresses to listen on are free, or already this gateway's.</summary>
internal static class ListenCheck
{
    private const string Subject = "server.urls";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(2);

    /// <summary>One finding an address.</summary>
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(string urls, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            findings.Add(await ExamineOneAsync(url, cancellationToken));
        }

        return findings;
    }

    private static async Task<Finding> ExamineOneAsync(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var address)
            || !TryEndpoint(address, out var endpoint))
        {
            return new(Verdict.Ok, Subject, $"{url} is not looked at: only the system can tell.");
        }

        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
            socket.Listen();
            return new(Verdict.Ok, Subject, $"{url} is free.");
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return await IsSwitchboardAsync(address.Port, cancellationToken)
                ? new(Verdict.Ok, Subject, $"A Switchboard listens at {url}.")
                : new(Verdict.Fail, Subject, $"{url} is in use by another program. Stop it, or choose another port with --port.");
        }
        catch (SocketException fault)
        {
            return new(Verdict.Fail, Subject, $"{url} cannot be opened ({fault.SocketErrorCode}). Ports below 1024 need rights, and the address must be one of this machine.");
        }
    }

    private static bool TryEndpoint(Uri url, out IPEndPoint endpoint)
    {
        var host = url.Host is "localhost" ? IPAddress.Loopback : IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address : null;
        endpoint = new IPEndPoint(host ?? IPAddress.Loopback, url.Port);
        return host is not null;
    }

    private static async Task<bool> IsSwitchboardAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = s_deadline, MaxResponseContentBufferSize = 64 * 1024 };
            using var document = JsonDocument.Parse(await client.GetByteArrayAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), cancellationToken));
            return document.RootElement.GetProperty("name").GetString() == "switchboard";
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or JsonException or InvalidOperationException or KeyNotFoundException
            && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
