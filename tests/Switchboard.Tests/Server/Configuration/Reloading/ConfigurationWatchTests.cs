using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.State;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Configuration.Reloading;

public sealed class ConfigurationWatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_flow_while_the_file_changes_between_valid_and_invalid()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var watched = await WatchedGateway.StartAsync(Yaml(upstream, 0));
        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => CallAsync(watched, done.Token)).ToArray();

        for (var change = 1; change <= 20; change++)
        {
            var isValid = change % 2 == 0;
            var said = await watched.WriteAsync(isValid ? Yaml(upstream, change) : Yaml(upstream, change) + "\nserver: { max_body_mb: 0 }");
            Assert.Equal(
                isValid
                    ? $"Information: The changed configuration is in force: model alias-{change} added, model alias-{change - 2} removed."
                    : "Error: The changed configuration is refused and the old one stays: switchboard.yaml:7: server.max_body_mb: 0 is outside 1 to 1024 megabytes.",
                said);
            using var alias = await watched.ChatAsync($"alias-{(isValid ? change : change - 1)}");
            Assert.Equal(HttpStatusCode.OK, alias.StatusCode);
        }

        await done.CancelAsync();
        var answers = (await Task.WhenAll(callers)).SelectMany(statuses => statuses).ToArray();
        Assert.True(answers.Length > 20, "requests flowed");
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        await WaitForAsync(() => watched.Runtime.OpenGenerations == 1);
    }

    [Fact]
    public async Task A_stream_ends_on_the_configuration_that_it_began_on()
    {
        await using var upstream = ReplayUpstream.Start().Say("one two three").HoldEvents();
        await using var watched = await WatchedGateway.StartAsync(Yaml(upstream, 0));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(RelayedGateway.Chat(stream: true)) };
        var sending = watched.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var streamed = await upstream.WaitForRequestAsync(Token);
        await streamed.ReleaseAsync(2, Token);
        using var stream = await sending;

        // The provider is gone, and what it was closed with it would cut the stream.
        await watched.WriteAsync("providers: { other: { type: scripted } }");
        using var gone = await watched.ChatAsync("up/m");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(2, watched.Runtime.OpenGenerations);

        streamed.ReleaseRest();
        var events = await stream.Content.ReadAsStringAsync(Token);
        Assert.EndsWith("data: [DONE]\n\n", events, StringComparison.Ordinal);
        Assert.Contains("three", events, StringComparison.Ordinal);
        await WaitForAsync(() => watched.Runtime.OpenGenerations == 1);
        await WaitForAsync(() => upstream.OpenConnections == 0);
    }

    [Fact]
    public async Task A_provider_whose_settings_stay_keeps_its_connections_and_its_list()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var watched = await WatchedGateway.StartAsync(Yaml(upstream, 0));
        using (await watched.ChatAsync("gpt-4o-mini"))
        {
        }

        var connections = upstream.Connections;
        for (var change = 1; change <= 3; change++)
        {
            await watched.WriteAsync(Yaml(upstream, change));
            using var response = await watched.ChatAsync("gpt-4o-mini");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(connections, upstream.Connections);
        Assert.Single(upstream.Requests, request => request.Path == "/v1/models");
    }

    [Fact]
    public async Task Every_part_that_changed_is_named_and_no_other()
    {
        const string Before = """
            providers: { scripted: { type: scripted } }
            models:
              m: { fallbacks: [scripted/x], deployments: [ { provider: scripted, model: parrot, tags: [eu] } ] }

            """;
        await using var watched = await WatchedGateway.StartAsync(Before);

        Assert.Equal(
            "Information: The changed configuration is in force: alias quick added, routing changed, responses changed.",
            await watched.WriteAsync(Before + "aliases: { quick: m }\nrouting: { retry_budget: 0.5 }\nresponses: { max_stored: 3 }"));
        Assert.Equal(
            "Information: The changed configuration is in force: model m changed.",
            await watched.WriteAsync(Before.Replace("[eu]", "[us]", StringComparison.Ordinal) + "aliases: { quick: m }\nrouting: { retry_budget: 0.5 }\nresponses: { max_stored: 3 }"));
    }

    [Fact]
    public async Task A_provider_whose_settings_changed_is_made_anew()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var watched = await WatchedGateway.StartAsync(Yaml(upstream, 0, "sk-old"));
        using (await watched.ChatAsync("up/m"))
        {
        }

        Assert.Equal("Information: The changed configuration is in force: provider up changed.", await watched.WriteAsync(Yaml(upstream, 0, "sk-new")));
        using (await watched.ChatAsync("up/m"))
        {
        }

        Assert.Equal(["Bearer sk-old", "Bearer sk-new"], upstream.Requests.Select(request => request.Header("authorization")));
    }

    [Fact]
    public async Task What_the_surface_does_follows_the_change()
    {
        await using var watched = await WatchedGateway.StartAsync("providers: { scripted: { type: scripted } }");

        await watched.WriteAsync("server: { compat: dynamo, max_body_mb: 1 }\nproviders: { scripted: { type: scripted } }");

        using var large = await watched.Gateway.PostAsync("/v1/chat/completions", new string(' ', 1024 * 1024 + 1));
        Assert.Equal("Request body exceeds the limit of 1 MB set by server.max_body_mb", JsonElement.Parse(await large.Content.ReadAsByteArrayAsync(Token)).GetProperty("message").GetString());

        await watched.WriteAsync("server: { strict: true }\nproviders: { scripted: { type: scripted } }");

        using var unknown = await watched.Gateway.PostAsync("/v1/chat/completions", """{"model":"parrot","messages":[{"role":"user","content":"Hi"}],"unheard_of":1}""");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Equal("unheard_of", JsonElement.Parse(await unknown.Content.ReadAsByteArrayAsync(Token)).GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Every_fault_is_a_line_of_the_log()
    {
        await using var watched = await WatchedGateway.StartAsync("providers: { scripted: { type: scripted } }");

        var first = await watched.WriteAsync("server:\n  max_body_mb: many\nproviders: { scripted: { type: scripted, timeot: 3s } }");
        var second = await watched.NextAsync();

        Assert.Equal("Error: The changed configuration is refused and the old one stays: switchboard.yaml:2: server.max_body_mb: It must be a whole number, but 'many' is written.", first);
        Assert.Equal("Error: The changed configuration is refused and the old one stays: switchboard.yaml:3: providers.scripted.timeot: There is no such setting. Did you mean 'timeout'?", second);
    }

    [Fact]
    public async Task What_cannot_change_is_named_and_stays()
    {
        await using var watched = await WatchedGateway.StartAsync("server: { urls: http://127.0.0.1:1234 }\nproviders: { scripted: { type: scripted } }");

        await watched.WriteAsync("server: { urls: http://127.0.0.1:4321, max_body_mb: 3 }\nproviders: { scripted: { type: scripted } }");

        Assert.Equal("Warning: server.urls cannot change while the gateway runs; the old value stays until it is started again.", await watched.NextAsync());
        Assert.Equal(("http://127.0.0.1:1234", 3), (watched.Runtime.Configuration.Server.Urls, watched.Runtime.Configuration.Server.MaxBodyMegabytes));
    }

    [Fact]
    public async Task The_variables_beside_the_file_and_the_facts_of_models_are_watched_too()
    {
        await using var watched = await WatchedGateway.StartAsync("""
            server: { max_body_mb: "${MEGABYTES:-5}" }
            providers: { scripted: { type: scripted } }
            model_data: facts/mine.json
            """, folder =>
        {
            Directory.CreateDirectory(Path.Combine(folder.FullPath, "facts"));
            folder.Write("facts/mine.json", """{"providers":{}}""");
        });

        await watched.WriteAsync("MEGABYTES=7", ".env");
        Assert.Equal(7, watched.Runtime.Configuration.Server.MaxBodyMegabytes);

        await watched.WriteAsync("""{"providers":{"scripted":{"parrot":{"max_output_tokens":77}}}}""", "facts/mine.json");
        Assert.Contains("\"max_output_tokens\":77", await watched.Gateway.Client.GetStringAsync("/v1/models/parrot", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_a_link_is_a_change_as_kubernetes_makes_it()
    {
        await using var watched = await WatchedGateway.StartAsync("", folder =>
        {
            foreach (var (name, megabytes) in new[] { ("..1", 1), ("..2", 2) })
            {
                Directory.CreateDirectory(Path.Combine(folder.FullPath, name));
                folder.Write($"{name}/switchboard.yaml", $"server: {{ max_body_mb: {megabytes} }}\nproviders: {{ scripted: {{ type: scripted }} }}");
            }

            Directory.CreateSymbolicLink(Path.Combine(folder.FullPath, "..data"), "..1");
            File.Delete(Path.Combine(folder.FullPath, "switchboard.yaml"));
            File.CreateSymbolicLink(Path.Combine(folder.FullPath, "switchboard.yaml"), "..data/switchboard.yaml");
        });
        Assert.Equal(1, watched.Runtime.Configuration.Server.MaxBodyMegabytes);

        Directory.CreateSymbolicLink(Path.Combine(watched.Folder.FullPath, "..data_tmp"), "..2");

        // As Kubernetes does it: a link takes the other's place at once, which .NET has no call for.
        using var move = Process.Start("mv", ["-T", Path.Combine(watched.Folder.FullPath, "..data_tmp"), Path.Combine(watched.Folder.FullPath, "..data")]);
        await move.WaitForExitAsync(Token);

        Assert.Equal("Information: The changed configuration is in force: server changed.", await watched.NextAsync());
        Assert.Equal(2, watched.Runtime.Configuration.Server.MaxBodyMegabytes);
    }

    [Fact]
    public async Task A_provider_that_cannot_be_made_leaves_the_old_configuration_and_the_watching()
    {
        await using var watched = await WatchedGateway.StartAsync("providers: { scripted: { type: scripted } }");

        Assert.Equal("Error: The changed configuration could not be put in force and the old one stays.", await watched.WriteAsync("providers: { scripted: { type: scripted }, other: { type: broken } }\nresponses: { max_stored: 3 }"));
        Assert.Equal(10_000, watched.Gateway.Services.GetRequiredService<IResponseStore>().Settings.MaxStored);
        using var before = await watched.ChatAsync("parrot");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        Assert.Equal("Information: The changed configuration is in force: server changed.", await watched.WriteAsync("server: { max_body_mb: 3 }\nproviders: { scripted: { type: scripted } }"));
        await WaitForAsync(() => watched.Runtime.OpenGenerations == 1);
    }

    [Fact]
    public async Task A_file_that_is_gone_changes_nothing()
    {
        await using var watched = await WatchedGateway.StartAsync("providers: { scripted: { type: scripted } }");

        File.Delete(Path.Combine(watched.Folder.FullPath, "switchboard.yaml"));

        Assert.Equal("Error: The changed configuration is refused and the old one stays: switchboard.yaml: The file is gone.", await watched.NextAsync());
        using var response = await watched.ChatAsync("parrot");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_file_that_comes_later_is_taken()
    {
        await using var watched = await WatchedGateway.StartAsync("", folder => File.Delete(Path.Combine(folder.FullPath, "switchboard.yaml")));

        await watched.WriteAsync("server: { max_body_mb: 3 }\nproviders: { scripted: { type: scripted } }");

        using var response = await watched.ChatAsync("parrot");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Asked_to_reload_it_reads_the_files_though_nothing_changed()
    {
        await using var watched = await WatchedGateway.StartAsync("providers: { scripted: { type: scripted } }");

        ((Switchboard.Server.GatewayOverview)watched.Gateway.Services.GetService(typeof(Switchboard.Server.GatewayOverview))!).Reload();

        Assert.Equal("Information: The changed configuration is in force: nothing that is in force differs.", await watched.NextAsync());
    }

    [Fact]
    public async Task Health_tells_when_the_configuration_was_taken_and_whether_the_file_is_refused()
    {
        await using var watched = await WatchedGateway.StartAsync("providers: { scripted: { type: scripted } }");
        var first = await HealthAsync();
        Assert.False(first.TryGetProperty("refused_at", out _));

        await watched.WriteAsync("server: { max_body_mb: 0 }");
        var refused = await HealthAsync();
        Assert.Equal(first.GetProperty("taken_at").GetDateTimeOffset(), refused.GetProperty("taken_at").GetDateTimeOffset());
        Assert.True(refused.GetProperty("refused_at").GetDateTimeOffset() >= first.GetProperty("taken_at").GetDateTimeOffset());

        await watched.WriteAsync("providers: { scripted: { type: scripted } }");
        var mended = await HealthAsync();
        Assert.False(mended.TryGetProperty("refused_at", out _));
        Assert.True(mended.GetProperty("taken_at").GetDateTimeOffset() > first.GetProperty("taken_at").GetDateTimeOffset());

        async Task<JsonElement> HealthAsync() =>
            JsonElement.Parse(await watched.Gateway.Client.GetByteArrayAsync("/health", Token)).GetProperty("configuration");
    }

    [Fact]
    public async Task A_limit_counts_on_over_a_change_of_something_else()
    {
        var release = new TaskCompletionSource();
        var provider = new ScriptedProvider
        {
            Answer = async (call, cancellationToken) =>
            {
                await release.Task.WaitAsync(cancellationToken);
                return await ScriptedProvider.RepeatAsync(call, cancellationToken);
            },
        };
        const string Limited = "providers: { scripted: { type: scripted, max_concurrency: 1, max_queue: 0 } }";
        await using var watched = await WatchedGateway.StartAsync(Limited, provider: provider);
        var running = watched.ChatAsync("scripted/parrot");
        var drain = (Switchboard.Server.Draining.DrainState)watched.Gateway.Services.GetService(typeof(Switchboard.Server.Draining.DrainState))!;
        await WaitForAsync(() => drain.Running == 1);

        await watched.WriteAsync(Limited + "\nserver: { max_body_mb: 3 }");

        using var second = await watched.ChatAsync("scripted/parrot");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        release.SetResult();
        using var first = await running;
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        // Its place is free when it has ended, which its caller may see a moment earlier.
        await WaitForAsync(() => drain.Running == 0);
        using var third = await watched.ChatAsync("scripted/parrot");
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    private static string Yaml(ReplayUpstream upstream, int number, string key = "sk-1") => $$"""
        providers:
          up: { type: openai, base_url: {{upstream.BaseUrl}}, api_key: {{key}} }
        models:
          alias-{{number}}:
            deployments:
              - { provider: up, model: gpt-4o-mini }
        """;

    private static async Task<List<HttpStatusCode>> CallAsync(WatchedGateway watched, CancellationToken done)
    {
        var statuses = new List<HttpStatusCode>();
        while (!done.IsCancellationRequested)
        {
            using var response = await watched.ChatAsync("up/m", stream: statuses.Count % 2 == 0);
            await response.Content.ReadAsByteArrayAsync(Token);
            statuses.Add(response.StatusCode);
        }

        return statuses;
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 3000, "waited long enough");
            await Task.Delay(10, Token);
        }
    }
}
