using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing;
using Switchboard.Gateway.Routing.Attempts;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Routing.State;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing.Attempts;

/// <summary>What two attempts do in the same moment, which a clock with hooks brings about.</summary>
public sealed class RaceMomentTests : IAsyncLifetime
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly HookedTime _time = new();
    private readonly Fleet _fleet = new("a b");
    private readonly GatewayCall _call = Calls.Chat(model: "m", sink: new RecordingSink());
    private readonly DeploymentStates _states;
    private readonly AttemptRunner _runner;
    private readonly Walk _walk;
    private readonly Race _race;
    private readonly Claim _first;

    public RaceMomentTests()
    {
        _states = new DeploymentStates(_time);
        _runner = new AttemptRunner(_fleet.Snapshot.Table, _states, new RoutingSettings());
        DeploymentSettings[] settings = [new("a", "m-a"), new("b", "m-b") { Priority = 1 }];
        var row = new ModelRoute("m", new ModelSettings { Deployments = settings }, [.. settings.Select(one => new Deployment(_fleet[one.Provider], one, _states.Of(one.Provider, one.Model)))], _states.OfRow("m"));
        _walk = new Walk(_call, new Destination(row, ""), new Wishes { Operation = ApiOperation.ChatCompletions }, _states, new RoutingSettings());
        _race = new Race(_call, _walk, _runner, _states);
        Assert.True(_walk.TryNext(out _first));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task A_second_that_is_chosen_while_the_first_answers_is_not_asked()
    {
        var first = new Held(_fleet["a"]);
        var second = new Held(_fleet["b"]);
        var racing = _race.RunAsync(_first, null, s_second, (_, _) => { }, Token).AsTask();
        await first.Begun.WithinAsync("the first", Token);

        _time.OnNow = () => first.Release();
        _time.Clock.Advance(s_second);

        Assert.False((await racing.WithinAsync("the race", Token))!.Value.IsError);
        Assert.False(second.Begun.IsCompleted);
        Assert.Equal((1, 0), (_call.Attempts, _call.Tried.Count));
        Assert.Equal(new CallTarget("a", "m-a"), _call.Target);
        Assert.Equal(0, _states.Of("b", "m-b").OfWholes.Average(_states.Now));
    }

    [Fact]
    public async Task A_second_that_is_not_on_its_way_yet_is_told_with_its_name()
    {
        var first = new Held(_fleet["a"]);
        var racing = _race.RunAsync(_first, TimeSpan.FromMinutes(1), s_second, (_, _) => { }, Token).AsTask();
        await first.Begun.WithinAsync("the first", Token);

        _time.OnTimer = () => first.Release();
        _time.Clock.Advance(s_second);

        await racing.WithinAsync("the race", Token);
        Assert.Equal(new TriedDeployment(new CallTarget("b", "m-b"), "running"), Assert.Single(_call.Tried));
        Assert.Equal((1, new CallTarget("a", "m-a")), (_call.Attempts, _call.Target));
    }

    [Fact]
    public async Task What_a_failure_changes_in_the_call_is_changed_before_the_other_answers()
    {
        var first = new Held(_fleet["a"]) { Fails = true };
        var second = new Held(_fleet["b"]);
        var hasAnswered = true;
        var racing = _race.RunAsync(_first, null, s_second, (_, _) => hasAnswered = second.Release(TimeSpan.FromMilliseconds(300)), Token).AsTask();
        await first.Begun.WithinAsync("the first", Token);
        _time.Clock.Advance(s_second);
        await second.Begun.WithinAsync("the second", Token);

        first.Release();

        Assert.False((await racing.WithinAsync("the race", Token))!.Value.IsError);
        Assert.False(hasAnswered);
        Assert.Equal((2, new CallTarget("b", "m-b")), (_call.Attempts, _call.Target));
    }

    [Fact]
    public void The_time_of_one_that_lost_counts_where_it_was_thought_to_be_faster()
    {
        var times = _states.Of("a", "m-a").OfWholes;
        times.Add(400, _states.Now);

        _time.Clock.Advance(TimeSpan.FromTicks(100));
        _runner.NoteLost(_call, _first);
        Assert.Equal(400, times.Average(_states.Now), 1);

        _time.Clock.Advance(TimeSpan.FromTicks(800));
        _runner.NoteLost(_call, _first);
        Assert.Equal(650, times.Average(_states.Now), 1);
    }

    /// <summary>A provider that answers when it is told to.</summary>
    private sealed class Held
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Held(FleetProvider provider) => provider.Answer = async (call, cancellationToken) =>
        {
            _begun.SetResult();
            await _release.Task.WaitAsync(cancellationToken);
            var outcome = Fails ? GatewayOutcome.Failed(GatewayError.Upstream("It failed.")) : await FleetProvider.AnswerAsync(call, cancellationToken);
            _answered.SetResult();
            return outcome;
        };

        public Task Begun => _begun.Task;

        public bool Fails { get; init; }

        /// <summary>Lets it answer, and waits until it has; false where it has not in time.</summary>
        public bool Release(TimeSpan? wait = null)
        {
            _release.SetResult();
            return _answered.Task.Wait(wait ?? TimeSpan.FromSeconds(30), Token);
        }
    }

    /// <summary>A clock that calls once when it is asked next.</summary>
    private sealed class HookedTime : TimeProvider
    {
        private Action? _onNow;
        private Action? _onTimer;

        public ManualTimeProvider Clock { get; } = new();

        public Action OnNow
        {
            set => _onNow = value;
        }

        public Action OnTimer
        {
            set => _onTimer = value;
        }

        public override long TimestampFrequency => Clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Clock.GetUtcNow();

        public override long GetTimestamp()
        {
            Interlocked.Exchange(ref _onNow, null)?.Invoke();
            return Clock.GetTimestamp();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Exchange(ref _onTimer, null)?.Invoke();
            return Clock.CreateTimer(callback, state, dueTime, period);
        }
    }
}
