using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis;
using Switchboard.Testing.Stores;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Storage.Redis;

/// <summary>Passwords, users, databases, servers that only know RESP2, and TLS.</summary>
public sealed class RedisSignInTests
{
    private const string Password = "s3cret/with:odd@signs";

    private static string Escaped => Uri.EscapeDataString(Password);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_password_and_a_database_are_taken_from_the_url()
    {
        await using var redis = await StartAsync(["--requirepass", Password]);
        var url = $"redis://:{Escaped}@127.0.0.1:{redis.Port}/3";

        await UseAsync(url);

        Assert.Matches("db3:keys=[1-9]", (await RedisFixture.AskAsync(url, "INFO", "keyspace")).Text);
        Assert.Contains("name=switchboard ", (await RedisFixture.AskAsync(url, "CLIENT", "LIST")).Text, StringComparison.Ordinal);
        Assert.Contains("resp=3", (await RedisFixture.AskAsync(url, "CLIENT", "LIST")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_signs_in_with_a_name()
    {
        await using var redis = await StartAsync(["--user", "gateway", "on", $">{Password}", "~*", "+@all"]);

        await UseAsync($"redis://gateway:{Escaped}@127.0.0.1:{redis.Port}");
    }

    [Fact]
    public async Task A_server_without_hello_is_spoken_to_as_before()
    {
        await using var redis = await StartAsync(["--requirepass", Password, "--rename-command", "HELLO", ""]);
        var url = $"valkey://:{Escaped}@127.0.0.1:{redis.Port}";

        await UseAsync(url);

        Assert.Contains("resp=2", (await RedisFixture.AskAsync(url, "CLIENT", "LIST")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "WRONGPASS")]
    [InlineData(true, "WRONGPASS")]
    public async Task A_wrong_password_is_told_without_it(bool isOld, string code)
    {
        // A server that does not know HELLO repeats what it was sent, the password with it.
        await using var redis = await StartAsync(["--requirepass", "right", .. isOld ? (string[])["--rename-command", "HELLO", ""] : []]);
        var log = new LogCapture();
        await using var state = RedisFixture.Open(RedisFixture.Options($"redis://:{Escaped}@127.0.0.1:{redis.Port}"), log: log);

        await state.WaitForFirstTryAsync(TimeSpan.FromSeconds(20));
        await state.Counters.ReserveAsync(new CounterTake[] { new(Counter.Concurrent("c"), 1, 1) });

        var line = Assert.Single(log.Lines);
        Assert.Contains($"It could not be signed in to ({code})", line, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_is_checked_against_the_certificate_of_the_settings()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=redis.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("redis.test");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        string? file = null;
        await using var redis = await StartAsync(
            ["--port", "0", "--tls-port", "{port}", "--tls-cert-file", "{folder}/cert.pem", "--tls-key-file", "{folder}/key.pem", "--tls-auth-clients", "no"],
            folder =>
            {
                file = Path.Combine(folder, "cert.pem");
                File.WriteAllText(file, certificate.ExportCertificatePem());
                File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
            });
        var address = $"rediss://127.0.0.1:{redis.Port}";

        await UseAsync($"{address}?ca={Uri.EscapeDataString(file!)}");
        await UseAsync($"{address}?sni=redis.test&ca={Uri.EscapeDataString(file!)}");

        await Assert.ThrowsAsync<IOException>(() => ConnectAsync(address));
        await Assert.ThrowsAsync<IOException>(() => ConnectAsync($"{address}?sni=other.test&ca={Uri.EscapeDataString(file!)}"));
        await Assert.ThrowsAsync<IOException>(() => ConnectAsync($"redis://127.0.0.1:{redis.Port}"));
        await Assert.ThrowsAnyAsync<IOException>(() => ConnectAsync($"{address}?ca=/nowhere/at-all.pem"));
    }

    private static Task<RedisConnection> ConnectAsync(string url) =>
        RedisConnector.ConnectAsync(RedisFixture.Options(url) with { ConnectTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System, Cancellation);

    private static async Task UseAsync(string url)
    {
        await using var state = RedisFixture.Open(RedisFixture.Options(url));
        await state.WaitForFirstTryAsync(TimeSpan.FromSeconds(20));
        Assert.True(state.IsAvailable);
        using var reservation = await state.Counters.ReserveAsync(new CounterTake[] { new(Counter.Concurrent("c"), 1, 100), new(Counter.Window("w", TimeSpan.FromDays(1)), 1, 100) });
        Assert.Equal(ReserveOutcome.Granted, reservation.Outcome);
        Assert.True(await state.Cache.SetAsync(new("g", "k"), new byte[300_000], TimeSpan.FromMinutes(1)));
        Assert.Equal(300_000, (await state.Cache.GetAsync(new("g", "k")))!.Value.Length);
        Assert.Null(await state.Cache.GetAsync(new("g", "none")));
        await using var taken = await state.Locks.TryTakeAsync("l", TimeSpan.FromMinutes(1));
        Assert.NotNull(taken);
        Assert.Null(await state.Locks.TryTakeAsync("l", TimeSpan.FromMinutes(1)));
    }

    private static async Task<RedisProcess> StartAsync(string[] settings, Action<string>? prepare = null)
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        return await RedisProcess.StartAsync(settings, prepare: prepare, cancellationToken: Cancellation);
    }
}
