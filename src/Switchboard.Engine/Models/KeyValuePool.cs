namespace Switchboard.Engine.Models;

/// <summary>
/// The memory of all sequences, in pages that are made when first needed and used again. Used by the engine's loop only.
/// </summary>
internal sealed class KeyValuePool(KeyValueLayout layout, int capacity) : IDisposable
{
    private readonly Stack<KeyValuePage> _free = [];
    private readonly List<KeyValuePage> _all = [];
    private int _rented;
    private int _promised;

    public KeyValueLayout Layout { get; } = layout;

    /// <summary>Pages that may exist.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Pages that may still be taken and are not promised.</summary>
    public int Free => Capacity - _rented - _promised;

    /// <summary>Sets pages aside for a sequence that takes them in this step.</summary>
    public void Promise(int pages) => _promised += pages;

    /// <summary>Takes back promises of a step that did not come to its end.</summary>
    public void ForgetPromises() => _promised = 0;

    /// <summary>Takes a page; promised ones first.</summary>
    public KeyValuePage Rent()
    {
        _rented++;
        _promised = Math.Max(0, _promised - 1);
        if (_free.TryPop(out var page))
        {
            page.Users = 1;
            return page;
        }

        page = new KeyValuePage(Layout);
        _all.Add(page);
        return page;
    }

    public void Return(KeyValuePage page)
    {
        if (--page.Users == 0)
        {
            _rented--;
            _free.Push(page);
        }
    }

    public void Dispose()
    {
        foreach (var page in _all)
        {
            page.Dispose();
        }
    }
}
