using System.Text.Json;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Access;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records.Access;

/// <summary>What holds on either database.</summary>
public abstract class AccessRecordsTests : IAsyncLifetime
{
    private static readonly AuditNote s_note = new("master", "test.do") { Address = "10.0.0.7", RequestId = "req_1" };

    private readonly ManualTimeProvider _time = new();
    private TestDatabase _test = null!;
    private AccessRecords _records = null!;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _records = new AccessRecords(_test.Open(), _time);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_test is not null)
        {
            await _test.DisposeAsync();
        }
    }

    [Fact]
    public async Task Everything_of_a_key_comes_back()
    {
        var team = await AddAsync(new Team { Id = "team_1", Name = "Team \"ä\"" });
        var project = await AddAsync(new Project { Id = "project_1", Name = "Project", TeamId = team.Id });
        var whole = Key("key_1", project.Id) with
        {
            IsAdministrator = true,
            RotatedFrom = new string('b', 64),
            GraceUntil = _time.Start.AddDays(1),
            Policy = new AccessPolicy
            {
                IsDisabled = true,
                ExpiresAt = _time.Start.AddDays(2),
                AllowedModels = ["gpt-*", "claude"],
                AllowedProviders = ["openai"],
                AllowedAddresses = ["10.0.0.0/8", "::1/128"],
                Limits = new AccessLimits { RequestsPerMinute = 1, RequestsPerDay = 2, TokensPerMinute = 3, TokensPerDay = long.MaxValue, ConcurrentRequests = 5 },
                Budgets = [new Budget(BudgetPeriod.Month, 12_345_678_901, 0.75), new Budget(BudgetPeriod.Total, 1)],
                Metadata = new Dictionary<string, string> { ["owner"] = "O'Neil \u0001 \"q\"" },
            },
        };

        var added = await AddAsync(whole);
        var found = await _records.FindAsync<VirtualKey>("key_1", Ends);

        Assert.Equal(AccessJson.Of(added), AccessJson.Of(found!));
        Assert.Equal(added with { Policy = found!.Policy }, found);
        Assert.Equal(AccessJson.OfPolicy(whole.Policy), AccessJson.OfPolicy(found.Policy));
        Assert.Equal((whole.Policy.IsDisabled, whole.Policy.ExpiresAt, whole.Hash, whole.RotatedFrom, whole.GraceUntil, 3L, _time.Start), (found.Policy.IsDisabled, found.Policy.ExpiresAt, found.Hash, found.RotatedFrom, found.GraceUntil, found.Revision, found.CreatedAt));
        Assert.Equal("team_1", (await _records.FindAsync<Project>("project_1", Ends))!.TeamId);
        Assert.Equal("Team \"ä\"", (await _records.FindAsync<Team>("team_1", Ends))!.Name);
        Assert.Null(await _records.FindAsync<Team>("project_1", Ends));
    }

    [Fact]
    public async Task A_change_keeps_id_and_birth_and_tells_the_log()
    {
        await AddAsync(Key("key_1"));
        _time.Advance(TimeSpan.FromHours(1));

        var changed = await _records.ChangeAsync<VirtualKey>("key_1", key => key with { Id = "key_2", Name = "new", CreatedAt = default, Policy = key.Policy with { IsDisabled = true } }, s_note, Ends);

        Assert.Equal(("key_1", "new", _time.Start, _time.Start.AddHours(1), 2L), (changed!.Id, changed.Name, changed.CreatedAt, changed.UpdatedAt, changed.Revision));
        var entry = Assert.Single((await _records.ListAuditAsync(new RecordsQuery { NewestFirst = true, Limit = 1 }, "key_1", null, Ends)).Data);
        Assert.Equal((s_note, "key_1", _time.GetUtcNow()), (entry.Note, entry.Target, entry.At));
        Assert.Equal((false, true), (JsonElement.Parse(entry.Before!).GetProperty("disabled").GetBoolean(), JsonElement.Parse(entry.After!).GetProperty("disabled").GetBoolean()));
    }

    [Fact]
    public async Task What_is_not_there_is_told_by_null_and_leaves_no_line()
    {
        Assert.Null(await _records.ChangeAsync<VirtualKey>("key_1", key => key, s_note, Ends));
        Assert.Null(await _records.AddAsync(Key("key_1", "project_none"), s_note, Ends));
        Assert.False(await _records.DeleteAsync<Team>("team_1", s_note, Ends));
        Assert.False(await _records.DeleteSecretAsync("none", s_note, Ends));

        await AddAsync(Key("key_1"));
        Assert.Null(await _records.ChangeAsync<VirtualKey>("key_1", key => key with { ProjectId = "project_none" }, s_note, Ends));
        Assert.Null((await _records.FindAsync<VirtualKey>("key_1", Ends))!.ProjectId);
        Assert.Single((await _records.ListAuditAsync(new RecordsQuery(), null, null, Ends)).Data);
    }

    [Fact]
    public async Task A_key_cannot_be_there_twice()
    {
        await AddAsync(Key("key_1"));

        await Assert.ThrowsAsync<RecordsException>(() => _records.AddAsync(Key("key_2") with { Hash = Key("key_1").Hash }, s_note, Ends));
    }

    [Fact]
    public async Task Deleting_takes_what_is_inside_with_it()
    {
        await AddAsync(new Team { Id = "team_1", Name = "t" });
        await AddAsync(new Project { Id = "project_1", Name = "p", TeamId = "team_1" });
        await AddAsync(Key("key_1", "project_1"));
        await AddAsync(Key("key_2"));

        Assert.True(await _records.DeleteAsync<Team>("team_1", s_note, Ends));

        Assert.Null(await _records.FindAsync<Project>("project_1", Ends));
        Assert.Equal(["key_2"], (await _records.ListAsync<VirtualKey>(new RecordsQuery(), null, Ends)).Data.Select(key => key.Id));
        Assert.Null(await _records.AddAsync(Key("key_3", "project_1"), s_note, Ends));
        var changes = await _records.ReadBeyondAsync(4, Ends);
        Assert.Equal(["team_1", "project_1", "key_1"], [.. changes.Teams.Select(team => team.Id), .. changes.Projects.Select(project => project.Id), .. changes.Keys.Select(key => key.Id)]);
        Assert.All([.. changes.Teams, .. changes.Projects, .. changes.Keys], (AccessScope scope) => Assert.Equal((true, 5L), (scope.IsDeleted, scope.Revision)));
    }

    [Fact]
    public async Task What_was_deleted_is_forgotten_after_a_month()
    {
        await AddAsync(new Project { Id = "project_1", Name = "p" });
        await AddAsync(Key("key_1", "project_1"));
        await AddAsync(Key("key_2"));
        await _records.DeleteAsync<Project>("project_1", s_note, Ends);
        Assert.Single((await _records.ReadBeyondAsync(1, Ends)).Projects);
        _time.Advance(AccessRecords.KeepDeleted + TimeSpan.FromSeconds(1));

        await _records.DeleteAsync<VirtualKey>("key_2", s_note, Ends);

        var changes = await _records.ReadBeyondAsync(1, Ends);
        Assert.Empty(changes.Projects);
        Assert.Equal(["key_2"], changes.Keys.Select(key => key.Id));
    }

    [Fact]
    public async Task A_node_reads_everything_first_and_then_what_changed()
    {
        await AddAsync(Key("key_1"));
        await AddAsync(Key("key_2"));
        await _records.DeleteAsync<VirtualKey>("key_1", s_note, Ends);
        await using var other = _test.Open();
        var node = new AccessRecords(other, _time);

        var all = await node.ReadBeyondAsync(0, Ends);
        Assert.Equal((3L, "key_2"), (all.Revision, Assert.Single(all.Keys).Id));
        var waiting = other.Changes.WaitBeyondAsync(all.Revision, Ends);
        await _records.ChangeAsync<VirtualKey>("key_2", key => key with { Policy = key.Policy with { IsDisabled = true } }, s_note, Ends);

        Assert.Equal(4, await waiting.WithinAsync("the other node's change", Ends));
        var changed = await node.ReadBeyondAsync(all.Revision, Ends);
        Assert.Equal((4L, true), (changed.Revision, Assert.Single(changed.Keys).Policy.IsDisabled));
        Assert.Empty((await node.ReadBeyondAsync(4, Ends)).Keys);
    }

    [Fact]
    public async Task Pages_follow_one_another_either_way()
    {
        for (var i = 1; i <= 5; i++)
        {
            await AddAsync(new Project { Id = $"project_{i}", Name = "p" });
        }

        await AddAsync(Key("key_1", "project_1"));
        await AddAsync(Key("key_2", "project_2"));

        var first = await _records.ListAsync<Project>(new RecordsQuery { Limit = 2 }, null, Ends);
        await _records.DeleteAsync<Project>("project_2", s_note, Ends);
        var second = await _records.ListAsync<Project>(new RecordsQuery { Limit = 2, After = "project_2" }, null, Ends);
        var back = await _records.ListAsync<Project>(new RecordsQuery { Limit = 10, After = "project_4", NewestFirst = true }, null, Ends);

        Assert.Equal((true, "project_1 project_2"), (first.HasMore, Ids(first)));
        Assert.Equal((true, "project_3 project_4"), (second.HasMore, Ids(second)));
        Assert.Equal((false, "project_3 project_1"), (back.HasMore, Ids(back)));
        Assert.Equal("key_1", Ids(await _records.ListAsync<VirtualKey>(new RecordsQuery(), "project_1", Ends)));
        Assert.Empty((await _records.ListAsync<VirtualKey>(new RecordsQuery { After = "x\0" }, "\0", Ends)).Data);
        Assert.Null(await _records.FindAsync<Project>("project_1\0", Ends));
    }

    [Fact]
    public async Task The_log_is_searched_by_target_and_actor()
    {
        await AddAsync(Key("key_1"));
        await _records.AddAsync(Key("key_2"), s_note with { Actor = "key_1" }, Ends);
        await _records.WriteAuditAsync(new AuditNote("key_1", "login"), "admin", Ends);

        Assert.Equal("test.do", Assert.Single((await _records.ListAuditAsync(new RecordsQuery(), "key_2", "key_1", Ends)).Data).Note.Action);
        Assert.Equal(2, (await _records.ListAuditAsync(new RecordsQuery(), null, "key_1", Ends)).Data.Count);
        Assert.Empty((await _records.ListAuditAsync(new RecordsQuery(), "key_2", "master", Ends)).Data);
    }

    [Fact]
    public async Task Use_is_noted_without_a_revision_and_never_backwards()
    {
        await AddAsync(Key("key_1"));

        await _records.NoteUseAsync([new("key_1", _time.Start.AddMinutes(5)), new("key_none", _time.Start)], Ends);
        await _records.NoteUseAsync([new("key_1", _time.Start.AddMinutes(3))], Ends);

        Assert.Equal(_time.Start.AddMinutes(5), (await _records.FindAsync<VirtualKey>("key_1", Ends))!.LastUsedAt);
        Assert.Equal(1, (await _records.ReadBeyondAsync(0, Ends)).Revision);
    }

    [Fact]
    public async Task All_secrets_are_encrypted_anew_in_one_change_or_none_is()
    {
        using var former = new SecretCipher(new Secret("an encryption key of enough letters"));
        using var next = new SecretCipher(new Secret("another encryption key of enough letters"));
        foreach (var name in (string[])["a", "b", "gone"])
        {
            await _records.PutSecretAsync(former.Encrypt(name, new Secret($"sk-{name}")), s_note, Ends);
        }

        await _records.DeleteSecretAsync("gone", s_note, Ends);
        var before = await _records.ListSecretsAsync(Ends);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, await _records.ChangeSecretsAsync(_ => [], s_note, Ends));
        Assert.Equal(2, await _records.ChangeSecretsAsync(all => [.. all.Select(secret => next.Encrypt(secret.Name, former.Decrypt(secret)!))], s_note, Ends));

        var changed = await _records.ReadBeyondAsync(5, Ends);
        Assert.Equal(6, changed.Revision);
        Assert.Equal(["sk-a", "sk-b"], changed.Secrets.Select(secret => next.Decrypt(secret)?.Reveal()));
        Assert.All(changed.Secrets, secret => Assert.Null(former.Decrypt(secret)));
        Assert.Equal(before.Select(secret => secret.UpdatedAt), changed.Secrets.Select(secret => secret.UpdatedAt));
    }

    [Fact]
    public async Task What_is_to_stay_as_it_is_stays_without_a_line_in_the_log()
    {
        await AddAsync(Key("key_1"));

        Assert.Null(await _records.ChangeAsync<VirtualKey>("key_1", _ => null, s_note, Ends));

        Assert.Equal(1, (await _records.FindAsync<VirtualKey>("key_1", Ends))!.Revision);
        Assert.Single((await _records.ListAuditAsync(new RecordsQuery(), null, null, Ends)).Data);
    }

    [Fact]
    public async Task Planted_secrets_are_nowhere_in_the_database()
    {
        using var cipher = new SecretCipher(new Secret("an encryption key of enough letters"));
        await AddAsync(Key("key_1"));
        await _records.ChangeAsync<VirtualKey>("key_1", key => key with { Hash = new string('c', 64), RotatedFrom = key.Hash }, s_note, Ends);
        await _records.PutSecretAsync(cipher.Encrypt("providers.openai.api_key", new Secret("sk-planted-one")), s_note, Ends);
        await _records.PutSecretAsync(cipher.Encrypt("providers.openai.api_key", new Secret("sk-planted-two")), s_note, Ends);
        await _records.PutSecretAsync(cipher.Encrypt("other", new Secret("sk-planted-three")), s_note, Ends);
        Assert.True(await _records.DeleteSecretAsync("other", s_note, Ends));

        var kept = Assert.Single(await _records.ListSecretsAsync(Ends));
        Assert.Equal(("providers.openai.api_key", "sk-planted-two"), (kept.Name, cipher.Decrypt(kept)!.Reveal()));
        var dump = await _test.DumpAsync();
        Assert.Contains("providers.openai.api_key", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("an encryption key", dump, StringComparison.Ordinal);
        var log = (await _records.ListAuditAsync(new RecordsQuery(), null, null, Ends)).Data;
        Assert.Equal(6, log.Count);
        Assert.DoesNotContain(log, entry => $"{entry.Before}{entry.After}".Contains("cccc", StringComparison.Ordinal));
        Assert.Equal(["other", "providers.openai.api_key"], (await _records.ReadBeyondAsync(1, Ends)).Secrets.Select(secret => secret.Name));
    }

    [Fact]
    public async Task Administrators_of_two_nodes_do_not_undo_each_other()
    {
        var other = new AccessRecords(_test.Open(), _time);
        await AddAsync(new Team { Id = "team_1", Name = "0" });
        static Team Next(Team team) => team with { Name = $"{int.Parse(team.Name, System.Globalization.CultureInfo.InvariantCulture) + 1}" };

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? _records : other).ChangeAsync<Team>("team_1", Next, s_note, Ends)));

        var team = await _records.FindAsync<Team>("team_1", Ends);
        Assert.Equal(("20", 21L), (team!.Name, team.Revision));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static VirtualKey Key(string id, string? project = null) =>
        new() { Id = id, Name = id, ProjectId = project, Hash = id.PadRight(64, '0'), Head = "sk-sb-ab", Tail = "wxyz" };

    private static string Ids<T>(RecordsPage<T> page)
        where T : AccessScope => string.Join(' ', page.Data.Select(scope => scope.Id));

    private async Task<T> AddAsync<T>(T scope)
        where T : AccessScope =>
        await _records.AddAsync(scope, s_note, Ends) ?? throw new InvalidOperationException("The scope that it is in is not there.");
}
