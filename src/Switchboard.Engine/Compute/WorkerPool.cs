namespace Switchboard.Engine.Compute;

/// <summary>A piece of work that can be done in parts, in any order and by any thread.</summary>
internal interface IParallelWork
{
    /// <summary>Does the parts <paramref name="first"/> to <paramref name="end"/>.</summary>
    void Run(int first, int end);
}

/// <summary>
/// Threads that compute for one caller. Parts are claimed one by one, so a thread that the system does not run at the moment is not
/// waited for: on a busy machine the caller does the work itself instead of spinning at a barrier.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private const int PartsPerThread = 4;

    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread[] _threads;
    private volatile Job? _job;
    private volatile bool _stopping;

    public WorkerPool(int threads)
    {
        _threads = new Thread[threads - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = "Switchboard compute" };
            _threads[i].Start();
        }
    }

    public int Threads => _threads.Length + 1;

    /// <summary>Runs all parts and returns when the last is done. Only one thread may call.</summary>
    public void Run(IParallelWork work, int parts)
    {
        if (_threads.Length == 0 || parts <= 1)
        {
            work.Run(0, parts);
            return;
        }

        var job = new Job(work, parts, Math.Max(1, parts / (Threads * PartsPerThread)));
        _job = job;
        _wake.Release(_threads.Length);
        job.Help();
        job.WaitForOthers();
    }

    public void Dispose()
    {
        _stopping = true;
        if (_threads.Length > 0)
        {
            _wake.Release(_threads.Length);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _wake.Wait();
            if (_stopping)
            {
                return;
            }

            _job?.Help();
        }
    }

    private sealed class Job(IParallelWork work, int parts, int size)
    {
        private int _claimed;
        private int _done;

        public void Help()
        {
            int first;
            while ((first = Interlocked.Add(ref _claimed, size) - size) < parts)
            {
                var end = Math.Min(first + size, parts);
                work.Run(first, end);
                Interlocked.Add(ref _done, end - first);
            }
        }

        /// <summary>Every part has been claimed: the wait is at most one part long.</summary>
        public void WaitForOthers()
        {
            var spin = default(SpinWait);
            while (Volatile.Read(ref _done) < parts)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }
}
