using System.Text;

namespace Switchboard.Testing.Processes;

/// <summary>The lines of a process's output, and those who wait for one.</summary>
internal sealed class OutputLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return new StringBuilder().AppendJoin('\n', _lines).ToString();
            }
        }
    }

    public async Task ReadAsync(StreamReader reader)
    {
        string? line;
        do
        {
            line = await reader.ReadLineAsync();
            Add(line);
        }
        while (line is not null);
    }

    /// <summary>What the question finds in the first line that has it, or null when the output ended without.</summary>
    public async Task<T?> FindAsync<T>(Func<string, T?> find)
        where T : class
    {
        for (var next = 0; ;)
        {
            Task changed;
            lock (_lock)
            {
                for (; next < _lines.Count; next++)
                {
                    if (find(_lines[next]) is { } found)
                    {
                        return found;
                    }
                }

                if (_ended)
                {
                    return null;
                }

                changed = _changed.Task;
            }

            await changed;
        }
    }

    private void Add(string? line)
    {
        lock (_lock)
        {
            if (line is null)
            {
                _ended = true;
            }
            else
            {
                _lines.Add(line);
            }

            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
