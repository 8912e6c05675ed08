using Switchboard.Engine.Compute;

namespace Switchboard.Tests.Engine.Compute;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(3, 1)]
    [InlineData(4, 1000)]
    [InlineData(2, 7)]
    public void Every_part_is_done_once_before_it_returns(int threads, int parts)
    {
        using var pool = new WorkerPool(threads);
        for (var round = 0; round < 50; round++)
        {
            var work = new CountingWork(parts);

            pool.Run(work, parts);

            Assert.All(work.Counts, count => Assert.Equal(1, count));
        }
    }

    private sealed class CountingWork(int parts) : IParallelWork
    {
        public int[] Counts { get; } = new int[parts];

        public void Run(int first, int end)
        {
            for (var i = first; i < end; i++)
            {
                Interlocked.Increment(ref Counts[i]);
            }
        }
    }
}
