using Switchboard.Gateway.Accounting;

namespace Switchboard.Tests.Gateway.Accounting;

public sealed class RowIdsTests
{
    [Fact]
    public void Ids_are_of_version_7_begin_with_the_time_and_are_all_different()
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(0x0123_4567_89AB);
        var ids = Enumerable.Range(0, 100_000).AsParallel().Select(_ => RowIds.New(at)).ToArray();

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id =>
        {
            Assert.StartsWith("0123456789ab7", id.ToString("N"), StringComparison.Ordinal);
            Assert.Equal((7, 0b10), (id.Version, id.Variant >> 2));
        });
    }
}
