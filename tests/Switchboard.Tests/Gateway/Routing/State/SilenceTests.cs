using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Tests.Gateway.Routing.State;

public sealed class SilenceTests
{
    private static readonly BreakerSettings s_breaker = new();

    private readonly DeploymentState _state = new("a/b", new ProviderHealth());

    [Fact]
    public void One_that_several_wait_for_much_longer_than_usual_is_silent()
    {
        Know(milliseconds: 200);
        Enter(3, at: 1_000);

        Assert.Equal((Standing.Well, Standing.Silent), (At(1_600), At(1_601)));
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void Nobody_minds_a_tenth_of_a_second(long after, bool isSilent)
    {
        Know(milliseconds: 1);
        Enter(3, at: 1_000);

        Assert.Equal(isSilent ? Standing.Silent : Standing.Well, At(1_000 + after));
    }

    [Fact]
    public void Two_that_wait_may_have_asked_for_much()
    {
        Know(milliseconds: 1);
        Enter(2, at: 1_000);

        Assert.Equal(Standing.Well, At(60_000));
    }

    [Fact]
    public void Of_one_that_answered_too_little_nobody_knows_how_long_it_takes()
    {
        Enter(10, at: 1_000);

        Assert.Equal(Standing.Well, At(60_000));
    }

    [Fact]
    public void The_slower_kind_of_answer_tells_what_is_usual()
    {
        Know(milliseconds: 1);
        for (var i = 0; i < 20; i++)
        {
            _state.OfStreams.Add(Ticks(5_000), Ticks(i));
        }

        Enter(3, at: 1_000);

        Assert.Equal((Standing.Well, Standing.Silent), (At(16_000), At(16_001)));
    }

    [Fact]
    public void A_sign_of_life_is_one_for_all_that_wait()
    {
        Know(milliseconds: 1);
        Enter(5, at: 1_000);
        _state.Hear();

        Assert.Equal(Standing.Well, At(60_000));

        Enter(3, at: 60_000);
        Assert.Equal(Standing.Silent, At(60_200));
    }

    [Fact]
    public void Who_leaves_without_an_answer_waits_no_more()
    {
        Know(milliseconds: 1);
        Enter(4, at: 1_000);

        _state.Leave(wasHeard: false);
        Assert.Equal(Standing.Silent, At(2_000));

        _state.Leave(wasHeard: false);
        Assert.Equal(Standing.Well, At(2_000));

        _state.Leave(wasHeard: false);
        _state.Leave(wasHeard: false);
        Enter(3, at: 3_000);
        Assert.Equal((Standing.Well, Standing.Silent), (At(3_100), At(3_101)));
    }

    [Fact]
    public void Who_leaves_with_an_answer_had_not_waited_with_those_behind()
    {
        Know(milliseconds: 1);
        Enter(3, at: 1_000);
        _state.Hear();
        Enter(3, at: 2_000);

        _state.Leave(wasHeard: true);
        _state.Leave(wasHeard: true);

        Assert.Equal(Standing.Silent, At(2_101));
    }

    [Fact]
    public void One_that_is_left_alone_is_that_and_not_silent()
    {
        Know(milliseconds: 1);
        Enter(3, at: 1_000);
        _state.CoolUntil(Ticks(5_000));

        Assert.Equal((Standing.Away, Standing.Silent), (At(2_000), At(6_000)));
    }

    [Fact]
    public void No_count_is_lost_among_many()
    {
        Know(milliseconds: 1);
        Parallel.For(0, 10_000, i =>
        {
            _state.Enter(Ticks(1_000));
            if (i % 3 == 0)
            {
                _state.Hear();
            }

            _state.Leave(wasHeard: i % 3 == 0);
        });

        Assert.Equal((0, Standing.Well), (_state.InFlight, At(60_000)));
        Enter(3, at: 60_000);
        Assert.Equal(Standing.Silent, At(60_200));
    }

    private static long Ticks(long milliseconds) => milliseconds * TimeSpan.TicksPerMillisecond;

    private void Know(int milliseconds)
    {
        for (var i = 0; i < 20; i++)
        {
            _state.OfWholes.Add(Ticks(milliseconds), Ticks(i));
        }
    }

    private void Enter(int calls, long at)
    {
        for (var i = 0; i < calls; i++)
        {
            _state.Enter(Ticks(at));
        }
    }

    private Standing At(long milliseconds) => _state.StandingAt(Ticks(milliseconds), s_breaker);
}
