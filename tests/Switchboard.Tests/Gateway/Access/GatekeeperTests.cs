using System.Net;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Access;

public sealed class GatekeeperTests
{
    private const string Master = "master-key-of-these-tests-0123456789";

    private readonly ManualTimeProvider _time = new();
    private readonly KeyText _text = KeyText.Create();
    private long _revision;

    [Fact]
    public void Anybody_may_ask_where_nothing_was_ever_kept_and_there_is_no_master_key()
    {
        var keeper = New();

        Assert.Equal((503, 503), (keeper.Admit("any", null, out _)?.Status, keeper.Admit(null, null, out _)?.Status));
        Assert.False(keeper.IsTold);
        Take(keeper);
        Assert.True(keeper.IsTold);
        Assert.Null(keeper.Admit(null, IPAddress.Loopback, out var caller));
        Assert.True(caller is { IsAnonymous: true, IsAdministrator: false, Tenant: null });
        Assert.Equal(IPAddress.Loopback, caller.Address);
    }

    [Fact]
    public void A_key_that_was_kept_once_closes_the_door_for_good()
    {
        var keeper = New();
        var key = Key();
        Take(keeper, keys: [key]);
        Take(keeper, keys: [key with { IsDeleted = true }]);

        Assert.False(keeper.IsOpen);
        Assert.Equal("invalid_api_key", CodeOf(keeper, _text.Reveal()));
        Assert.Equal("invalid_api_key", CodeOf(keeper, null));
    }

    [Fact]
    public void The_master_key_is_taken_before_anything_was_read()
    {
        var keeper = New(Master);

        Assert.Equal(503, keeper.Admit("other", null, out _)?.Status);
        Assert.Equal(401, keeper.Admit("", null, out _)?.Status);
        Assert.Null(keeper.Admit(Master, null, out var caller));
        Assert.True(caller is { IsAdministrator: true, Tenant: "master" });
        Take(keeper);
        Assert.Equal("invalid_api_key", CodeOf(keeper, Master + "x"));
        Assert.Equal("invalid_api_key", CodeOf(keeper, new string('x', 100_000)));
    }

    [Fact]
    public void Who_asks_is_known_by_the_key()
    {
        var keeper = New();
        Take(keeper, [new Team { Id = "t", Name = "T" }], [new Project { Id = "p", Name = "P", TeamId = "t" }], [Key() with { ProjectId = "p" }]);

        Assert.Null(keeper.Admit(_text.Reveal(), null, out var caller));
        Assert.Equal(("k", "K", "p", "t", "p"), (caller.KeyId, caller.KeyName, caller.Project, caller.Team, caller.Tenant));
        Assert.Equal(["t", "p", "k"], caller.Scopes.Select(scope => scope.Id));
    }

    [Fact]
    public void A_key_expires()
    {
        var keeper = New();
        Take(keeper, keys: [Key(new AccessPolicy { ExpiresAt = _time.GetUtcNow().AddSeconds(10) })]);

        Assert.Null(CodeOf(keeper, _text.Reveal()));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("invalid_api_key", CodeOf(keeper, _text.Reveal()));
    }

    [Fact]
    public void What_was_before_a_rotation_is_taken_until_its_grace_ends()
    {
        var (keeper, next) = (New(), KeyText.Create());
        var key = Key();
        Take(keeper, keys: [key]);
        Take(keeper, keys: [next.Rotate(key, TimeSpan.FromSeconds(10), _time.GetUtcNow())!]);

        Assert.Null(CodeOf(keeper, _text.Reveal()));
        Assert.Null(CodeOf(keeper, next.Reveal()));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("invalid_api_key", CodeOf(keeper, _text.Reveal()));
        Assert.Null(CodeOf(keeper, next.Reveal()));
    }

    [Fact]
    public void Without_a_grace_a_rotation_ends_the_one_before_at_once()
    {
        var (keeper, next) = (New(), KeyText.Create());
        Take(keeper, keys: [next.Rotate(Key(), TimeSpan.Zero, _time.GetUtcNow())!]);

        Assert.Equal("invalid_api_key", CodeOf(keeper, _text.Reveal()));
        Assert.Null(CodeOf(keeper, next.Reveal()));
    }

    [Fact]
    public async Task When_keys_were_used_is_written_once_and_again_where_it_fails()
    {
        var (keeper, written) = (New(), new List<KeyValuePair<string, DateTimeOffset>>());
        Take(keeper, keys: [Key(), Key() with { Id = "other", Hash = KeyText.Create().Hash }]);
        Task Write(IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> uses)
        {
            written.AddRange(uses);
            return Task.CompletedTask;
        }

        CodeOf(keeper, "another");
        await keeper.WriteUsesAsync(Write);
        Assert.Empty(written);

        CodeOf(keeper, _text.Reveal());
        _time.Advance(TimeSpan.FromSeconds(5));
        CodeOf(keeper, _text.Reveal());

        // What was changed meanwhile is still the same key.
        Take(keeper, keys: [Key(new AccessPolicy { AllowedModels = ["a"] })]);
        await Assert.ThrowsAsync<TimeoutException>(() => keeper.WriteUsesAsync(_ => Task.FromException(new TimeoutException())));
        await keeper.WriteUsesAsync(Write);
        await keeper.WriteUsesAsync(Write);
        Assert.Equal([KeyValuePair.Create("k", _time.GetUtcNow())], written);

        _time.Advance(TimeSpan.FromSeconds(1));
        Take(keeper, keys: [Key(new AccessPolicy { IsDisabled = true })]);
        CodeOf(keeper, _text.Reveal());
        await keeper.WriteUsesAsync(Write);
        Assert.Single(written);
    }

    [Theory]
    [InlineData("team")]
    [InlineData("project")]
    [InlineData("key")]
    public void What_a_scope_forbids_the_ones_inside_cannot_allow(string which)
    {
        AccessPolicy Of(string scope, AccessPolicy policy) => scope == which ? policy : new AccessPolicy { AllowedModels = ["*"], AllowedProviders = ["*"], AllowedAddresses = ["0.0.0.0/0"] };
        var keeper = New();
        void TakeAll(AccessPolicy policy) => Take(
            keeper,
            [new Team { Id = "t", Name = "T", Policy = Of("team", policy) }],
            [new Project { Id = "p", Name = "P", TeamId = "t", Policy = Of("project", policy) }],
            [Key(Of("key", policy)) with { ProjectId = "p" }]);

        TakeAll(new AccessPolicy { IsDisabled = true });
        Assert.Equal("access_disabled", CodeOf(keeper, _text.Reveal()));
        TakeAll(new AccessPolicy { AllowedAddresses = ["10.0.0.0/8", "192.0.2.7"] });
        Assert.Equal("address_not_allowed", CodeOf(keeper, _text.Reveal(), "11.0.0.1"));
        Assert.Null(CodeOf(keeper, _text.Reveal(), "10.9.8.7"));
        Assert.Null(CodeOf(keeper, _text.Reveal(), "::ffff:192.0.2.7"));
        TakeAll(new AccessPolicy { AllowedModels = ["gpt-*"], AllowedProviders = ["eu-*"] });
        Assert.Null(keeper.Admit(_text.Reveal(), IPAddress.Loopback, out var caller));
        Assert.True(caller.MayAskFor("gpt-4o") && !caller.MayAskFor("o3") && caller.MayUse("eu-west") && !caller.MayUse("us"));
        TakeAll(new AccessPolicy());
        Assert.Null(keeper.Admit(_text.Reveal(), IPAddress.Loopback, out caller));
        Assert.True(caller.MayAskFor("o3"));
    }

    [Fact]
    public void An_address_that_cannot_be_read_allows_nobody()
    {
        var keeper = New();
        Take(keeper, keys: [Key(new AccessPolicy { AllowedAddresses = ["10.0.0.0/99"] })]);

        Assert.Equal("address_not_allowed", CodeOf(keeper, _text.Reveal()));
    }

    [Fact]
    public void A_key_goes_with_what_it_is_in()
    {
        var keeper = New();
        var project = new Project { Id = "p", Name = "P" };
        Take(keeper, [], [project], [Key() with { ProjectId = "p" }]);
        Assert.Null(CodeOf(keeper, _text.Reveal()));
        Take(keeper, [], [project with { IsDeleted = true }]);

        Assert.Equal("invalid_api_key", CodeOf(keeper, _text.Reveal()));
    }

    [Fact]
    public void An_older_reading_does_not_undo_a_newer_one()
    {
        var keeper = New();
        Take(keeper, keys: [Key(new AccessPolicy { IsDisabled = true })]);
        keeper.Take(new AccessChanges(_revision, [], [], [Key()], []));

        Assert.Equal("access_disabled", CodeOf(keeper, _text.Reveal()));
    }

    private Gatekeeper New(string? master = null) => new(new AccessSettings { MasterKey = master is null ? null : new Secret(master) }, _time);

    private VirtualKey Key(AccessPolicy? policy = null) => _text.For("K", _time) with { Id = "k", Policy = policy ?? new AccessPolicy() };

    private void Take(Gatekeeper keeper, Team[]? teams = null, Project[]? projects = null, VirtualKey[]? keys = null) =>
        keeper.Take(new AccessChanges(teams is null && projects is null && keys is null ? 0 : ++_revision, teams ?? [], projects ?? [], keys ?? [], []));

    private static string? CodeOf(Gatekeeper keeper, string? key, string address = "127.0.0.1") =>
        keeper.Admit(key, IPAddress.Parse(address), out _)?.Body.Code;
}
