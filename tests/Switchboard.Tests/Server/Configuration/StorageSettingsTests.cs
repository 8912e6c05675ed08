using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration.Reloading;

namespace Switchboard.Tests.Server.Configuration;

public sealed class StorageSettingsTests
{
    [Fact]
    public void A_kept_secret_is_named_anywhere_a_provider_has_a_key_and_loading_does_not_look_for_it()
    {
        using var folder = new ConfigurationFolder("""
            storage: { records: postgres://nobody@127.0.0.1:1/none, encryption_key: 0123456789abcdef0123456789abcdef }
            providers:
              up: { type: openai, api_key: ${secret:up-key}, admin_api_key: "${secret:up.admin}" }
              aws: { type: bedrock, access_key_id: ${secret:id}, secret_access_key: ${secret:KEY}, session_token: ${secret:token} }
              app: { type: azure, endpoint: http://a, tenant_id: t, client_id: c, client_secret: ${secret:app} }
              plain: { type: openai, api_key: sk-plain }
            """);

        var loaded = folder.Load();

        Assert.Empty(loaded.Faults);
        Assert.Equal(
            ["app.client_secret=app", "aws.access_key_id=id", "aws.secret_access_key=KEY", "aws.session_token=token", "up.admin_api_key=up.admin", "up.api_key=up-key"],
            loaded.Configuration!.FindKeptSecrets().Select(one => $"{one.Key["providers.".Length..]}={one.Value}").Order(StringComparer.Ordinal));
        Assert.Throws<InvalidOperationException>(() => loaded.Configuration.Providers["up"].ApiKey!.Reveal());
    }

    [Fact]
    public void Records_are_beside_the_file_unless_something_else_is_said()
    {
        using var folder = new ConfigurationFolder();
        using var named = new ConfigurationFolder("storage: { records: data/keys.db }");
        using var memory = new ConfigurationFolder("storage: { records: \":memory:\" }");

        Assert.Equal(Path.Combine(folder.FullPath, "switchboard.db"), RecordsOf(folder));
        Assert.Equal(Path.Combine(named.FullPath, "data", "keys.db"), RecordsOf(named));
        Assert.Equal(":memory:", RecordsOf(memory));
        Assert.Null(new GatewayConfiguration().Storage.Records);
    }

    [Theory]
    [InlineData("", "switchboard-spill")]
    [InlineData("storage: { records: data/keys.db }", "data/switchboard-spill")]
    [InlineData("storage: { records: 'postgres://u:p@db/x' }", "switchboard-spill")]
    [InlineData("storage: { spill: waiting }", "waiting")]
    [InlineData("storage: { records: ':memory:' }", null)]
    public void Rows_wait_beside_what_they_wait_for(string yaml, string? spill)
    {
        using var folder = new ConfigurationFolder(yaml);

        Assert.Equal(spill is null ? null : Path.Combine(folder.FullPath, spill), folder.Load().Configuration!.Storage.Spill);
        Assert.Null(new GatewayConfiguration().Storage.Spill);
    }

    [Theory]
    [InlineData("", "switchboard-files")]
    [InlineData("storage: { records: data/keys.db }", "data/switchboard-files")]
    [InlineData("storage: { records: 'postgres://u:p@db/x' }", "switchboard-files")]
    [InlineData("storage: { files: /mnt/all }", "/mnt/all")]
    [InlineData("storage: { records: ':memory:' }", null)]
    public void Files_lie_beside_what_is_known_of_them(string yaml, string? files)
    {
        using var folder = new ConfigurationFolder(yaml);

        Assert.Equal(files is null ? null : Path.Combine(folder.FullPath, files), folder.Load().Configuration!.Storage.Files);
    }

    [Fact]
    public void DATABASE_URL_stands_where_the_file_is_silent()
    {
        using var folder = new ConfigurationFolder("storage: { encryption_key: 0123456789abcdef0123456789abcdef }");
        using var named = new ConfigurationFolder("storage: { records: a.db }");

        Assert.Equal("postgres://u:p@db/x", RecordsOf(folder, ("DATABASE_URL", "postgres://u:p@db/x")));
        Assert.Equal(Path.Combine(named.FullPath, "a.db"), RecordsOf(named, ("DATABASE_URL", "postgres://u:p@db/x")));
        Assert.Equal(Path.Combine(folder.FullPath, "b.db"), RecordsOf(folder, ("DATABASE_URL", "postgres://u:p@db/x"), ("SWITCHBOARD__STORAGE__RECORDS", "b.db")));
    }

    [Fact]
    public void REDIS_URL_stands_where_the_file_is_silent()
    {
        using var folder = new ConfigurationFolder();
        using var named = new ConfigurationFolder("storage: { shared: redis://written }");

        Assert.Null(folder.Load().Configuration!.Storage.Shared);
        Assert.Equal("redis://variable", folder.Load(("REDIS_URL", "redis://variable")).Configuration!.Storage.Shared?.Reveal());
        Assert.Equal("redis://written", named.Load(("REDIS_URL", "redis://variable")).Configuration!.Storage.Shared?.Reveal());
    }

    [Fact]
    public void How_long_a_question_may_take_needs_no_restart()
    {
        var before = new GatewayConfiguration { Storage = new StorageSettings { Shared = new Secret("redis://a") } };
        var next = new GatewayConfiguration { Storage = before.Storage with { SharedTimeout = TimeSpan.FromSeconds(1) } };
        var kept = new List<string>();

        Assert.Equal(next.Storage, ConfigurationChanges.KeepFixed(next, before, kept).Storage);
        Assert.Empty(kept);
    }

    [Fact]
    public void A_DATABASE_URL_of_something_else_is_a_fault_that_names_the_variable()
    {
        using var folder = new ConfigurationFolder();

        var fault = Assert.Single(folder.Load(("DATABASE_URL", "mysql://u:planted-secret@db/x")).Faults);

        Assert.Equal("environment variable DATABASE_URL: storage.records: It must be the path of a file, or a URL such as postgres://user:password@host/database.", fault.ToString());
    }

    [Fact]
    public void What_storage_says_is_seen_nowhere()
    {
        using var folder = new ConfigurationFolder("storage: { records: \"postgres://u:planted-secret@db/x\", encryption_key: planted-secret-planted-secret-planted }");

        Assert.DoesNotContain("planted", folder.Load().Configuration!.Storage.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_storage_waits_for_the_next_start()
    {
        var before = new GatewayConfiguration { Storage = new StorageSettings { Records = new Secret("a.db") } };
        var kept = new List<string>();

        var taken = ConfigurationChanges.KeepFixed(new GatewayConfiguration { Storage = new StorageSettings { Records = new Secret("b.db") } }, before, kept);

        Assert.Equal((before.Storage, "storage"), (taken.Storage, Assert.Single(kept)));
    }

    [Fact]
    public void A_url_is_read_with_all_its_parts()
    {
        var url = PostgresUrl.Parse("postgresql://us%40er:p%3Aa%2Fs%40s@db.example.org:6543/my%20data?sslmode=verify-full&connect_timeout=3");

        Assert.Equal(("us@er", "p:a/s@s", "db.example.org", 6543, "my data"), (url.User, url.Password, url.Host, url.Port, url.Database));
        Assert.Equal([new("sslmode", "verify-full"), new("connect_timeout", "3")], url.Options);
        Assert.Equal(("::1", 5432, null, null), (PostgresUrl.Parse("postgres://[::1]/x").Host, PostgresUrl.Parse("postgres://[::1]/x").Port, PostgresUrl.Parse("postgres://db/x").User, PostgresUrl.Parse("postgres://u@db/x").Password));
    }

    private static string? RecordsOf(ConfigurationFolder folder, params (string Name, string Value)[] environment)
    {
        var loaded = folder.Load(environment);
        Assert.Empty(loaded.Faults);
        return loaded.Configuration!.Storage.Records?.Reveal();
    }
}
