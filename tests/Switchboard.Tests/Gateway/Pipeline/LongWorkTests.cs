using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Gateway.Pipeline;

public sealed class LongWorkTests
{
    [Theory]
    [InlineData(64 * 1024, false)]
    [InlineData((64 * 1024) + 1, true)]
    public void Many_bytes_are_read_elsewhere_than_on_a_thread_that_is_none_of_the_pools(int bytes, bool isElsewhere)
    {
        var seen = (IsForSockets: false, IsElsewhere: false);
        var thread = new Thread(() => seen = (LongWork.IsForSockets, LongWork.IsElsewhere(bytes)));
        thread.Start();
        thread.Join();

        Assert.Equal((true, isElsewhere), seen);
    }

    [Fact]
    public async Task On_the_pool_work_may_take_long()
    {
        var seen = await Task.Run(() => (LongWork.IsForSockets, LongWork.IsElsewhere(int.MaxValue)), TestContext.Current.CancellationToken);

        Assert.Equal((false, false), seen);
    }
}
