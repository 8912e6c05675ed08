using System.Globalization;
using System.Reflection;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Server.Configuration;

public sealed class SettingSchemaTests
{
    [Fact]
    public void The_published_schema_is_the_one_the_settings_make()
    {
        var file = RepositoryRoot.Combine("docs", "switchboard.schema.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SCHEMA") == "1")
        {
            File.WriteAllText(file, SettingSchema.Write());
        }

        Assert.Equal(SettingSchema.Write(), File.ReadAllText(file));
    }

    [Fact]
    public void The_published_page_is_the_one_the_settings_make()
    {
        var file = RepositoryRoot.Combine("docs", "configuration-reference.md");
        if (Environment.GetEnvironmentVariable("UPDATE_SCHEMA") == "1")
        {
            File.WriteAllText(file, SettingReference.Write());
        }

        Assert.Equal(SettingReference.Write(), File.ReadAllText(file));
    }

    [Fact]
    public void Every_record_of_settings_is_in_the_catalogue_and_nothing_else()
    {
        Assert.Equal(MembersOf<ServerSettings>(), SettingCatalog.ServerSettings.Count);
        Assert.Equal(MembersOf<ProviderSettings>(), SettingCatalog.ProviderSettings.Count);
        Assert.Equal(MembersOf<ModelSettings>(), SettingCatalog.ModelSettings.Count);
        Assert.Equal(MembersOf<RequestDefaults>(), SettingCatalog.DefaultSettings.Count);
        Assert.Equal(MembersOf<DeploymentSettings>(), SettingCatalog.DeploymentSettings.Count);
        Assert.Equal(MembersOf<ResponseStoreSettings>(), SettingCatalog.ResponseStoreSettings.Count);
        Assert.Equal(MembersOf<StorageSettings>(), SettingCatalog.StorageSettings.Count);
        Assert.Equal(MembersOf<LimitSettings>(), SettingCatalog.LimitSettings.Count);
        Assert.Equal(MembersOf<AccessLimits>() - 1, SettingCatalog.OwnLimitSettings.Count);
        Assert.Equal(MembersOf<Budget>(), SettingCatalog.BudgetSettings.Count);
        Assert.Equal(MembersOf<AccessSettings>(), SettingCatalog.AccessSettings.Count);
        Assert.Equal(MembersOf<GatewayConfiguration>(), SettingCatalog.Parts.Count);
    }

    [Fact]
    public void Defaults_that_are_told_are_the_defaults_that_hold()
    {
        var server = new ServerSettings();
        var provider = new ProviderSettings { Type = "openai" };

        Assert.Equal(
            [
                server.Urls, server.MaxBodyMegabytes.ToString(CultureInfo.InvariantCulture), "false", "false", "openai", "false", null, null, "503",
                server.MaxConcurrency.ToString(CultureInfo.InvariantCulture), server.MaxQueue.ToString(CultureInfo.InvariantCulture), Durations.Format(server.QueueTimeout), Durations.Format(server.Heartbeat),
                Durations.Format(server.DrainTimeout), null, null, "true", "admin", server.MetricsMaxSeries.ToString(CultureInfo.InvariantCulture), null,
            ],
            SettingCatalog.ServerSettings.Select(setting => setting.Default));
        Assert.Equal(
            [Durations.Format(provider.ConnectTimeout), Durations.Format(provider.Timeout), Durations.Format(provider.IdleTimeout), null, Durations.Format(provider.CommitAfter)],
            SettingCatalog.ProviderSettings.Where(setting => setting.Kind == SettingKind.Duration).Select(setting => setting.Default));
        var responses = new ResponseStoreSettings();
        Assert.Equal(
            [responses.MaxStored.ToString(CultureInfo.InvariantCulture), responses.MaxMegabytes.ToString(CultureInfo.InvariantCulture), Durations.Format(responses.MaxAge)],
            SettingCatalog.ResponseStoreSettings.Select(setting => setting.Default));
    }

    [Fact]
    public void The_example_file_of_the_repository_has_no_fault()
    {
        var file = RepositoryRoot.Combine("switchboard.yaml");
        Assert.SkipUnless(File.Exists(file), "switchboard.yaml is not here yet.");
        using var folder = new ConfigurationFolder();

        var loaded = ConfigurationLoader.Load(folder.Sources() with { ConfigFile = file });

        Assert.Empty(loaded.Faults);
    }

    private static int MembersOf<T>() =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Length;
}
