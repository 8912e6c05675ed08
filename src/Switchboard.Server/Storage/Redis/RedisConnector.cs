using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// Opens connections that are ready for commands: socket, TLS, RESP3 (RESP2 where the server knows no other), signed in,
/// database chosen, scripts loaded. Errors name the code that the server gave and never its words: some servers repeat
/// what they were sent.
/// </summary>
internal static class RedisConnector
{
    /// <summary>Opens one.</summary>
    /// <exception cref="IOException">There is none to be had; the message says why.</exception>
    public static async Task<RedisConnection> ConnectAsync(RedisOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        RedisConnection? connection = null;
        try
        {
            connection = new RedisConnection(await OpenAsync(options.Url, either.Token), options.ConnectTimeout, options.LongestSilence, time);
            await SignInAsync(connection, options.Url).WaitAsync(either.Token);
            connection.Timeout = options.Timeout;
            return connection;
        }
        catch (Exception fault)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            if (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new IOException("The server did not answer in time.");
            }

            if (fault is SocketException or AuthenticationException or CryptographicException or UnauthorizedAccessException)
            {
                throw new IOException(fault.Message, fault);
            }

            throw;
        }
    }

    private static async Task<Stream> OpenAsync(RedisUrl url, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(url.Host, url.Port, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return url.UseTls ? await EncryptAsync(stream, url, cancellationToken) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> EncryptAsync(NetworkStream stream, RedisUrl url, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(stream);
        var options = new SslClientAuthenticationOptions { TargetHost = url.ServerName ?? url.Host };
        if (url.CertificateFile is { } file)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        }

        await encrypted.AuthenticateAsClientAsync(options, cancellationToken);
        return encrypted;
    }

    private static async Task SignInAsync(RedisConnection connection, RedisUrl url)
    {
        using (var hello = CommandBuffer.Of("HELLO", "3"))
        {
            if (url.Password is { } password)
            {
                hello.Add("AUTH").Add(url.User ?? "default").Add(password.Reveal());
            }

            hello.Add("SETNAME").Add(url.ClientName);
            var answer = await connection.SendAsync(hello);
            if (answer.Value.IsError("ERR") || answer.Value.IsError("NOPROTO"))
            {
                await SignInToOldAsync(connection, url);
            }
            else
            {
                Check(answer, "It could not be signed in to");
            }
        }

        if (url.Database != 0)
        {
            using var select = CommandBuffer.Of("SELECT").Add(url.Database);
            Check(await connection.SendAsync(select), "The database could not be chosen");
        }

        foreach (var script in new[] { RedisScript.Counters, RedisScript.Entries })
        {
            using var load = CommandBuffer.Of("SCRIPT", "LOAD", script.Text);
            Check(await connection.SendAsync(load), "A script could not be loaded");
        }

        // A replica and one whose memory is full answer everything else.
        using var probe = CommandBuffer.Of("SET", new RedisKeys(url.Prefix).Probe, "1", "PX", "1");
        Check(await connection.SendAsync(probe), "It takes no writes");
    }

    // Before Redis 6: no HELLO, and often no users.
    private static async Task SignInToOldAsync(RedisConnection connection, RedisUrl url)
    {
        if (url.Password is { } password)
        {
            using var auth = CommandBuffer.Of("AUTH");
            if (url.User is { } user)
            {
                auth.Add(user);
            }

            auth.Add(password.Reveal());
            Check(await connection.SendAsync(auth), "It could not be signed in to");
        }

        using var name = CommandBuffer.Of("CLIENT", "SETNAME", url.ClientName);
        Check(await connection.SendAsync(name), "The connection could not be named");
    }

    private static void Check(RedisReply reply, string problem)
    {
        if (!reply.IsOk)
        {
            var why = reply.Fault != RedisFault.None ? reply.Fault.ToString() : reply.Value.Text.Split(' ', 2)[0];
            throw new IOException($"{problem} ({why}).");
        }
    }
}
