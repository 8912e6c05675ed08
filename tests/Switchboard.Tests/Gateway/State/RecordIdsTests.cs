using Switchboard.Gateway.State;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.State;

public sealed class RecordIdsTests
{
    [Fact]
    public void Ids_are_in_the_order_of_making_within_a_millisecond_and_when_the_clock_is_set_back()
    {
        var time = new ManualTimeProvider();
        var ids = Enumerable.Range(0, 10_000).Select(_ => RecordIds.New("key", time)).ToList();
        var back = new ManualTimeProvider();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(7, Guid.ParseExact(id["key_".Length..], "N").Version));
        Assert.NotEqual(RecordIds.New("key", back), RecordIds.New("key", back));
    }
}
