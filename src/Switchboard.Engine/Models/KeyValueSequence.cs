namespace Switchboard.Engine.Models;

/// <summary>The keys and values of one sequence.</summary>
internal sealed class KeyValueSequence(KeyValuePool pool)
{
    private readonly List<KeyValuePage> _pages = [];

    /// <summary>Positions written.</summary>
    public int Length { get; private set; }

    public KeyValuePage Page(int index) => _pages[index];

    /// <summary>Makes room for more positions; they are written by the forward pass.</summary>
    public void Append(int positions)
    {
        Length += positions;
        while (_pages.Count < KeyValueLayout.PagesFor(Length))
        {
            _pages.Add(pool.Rent());
        }
    }

    /// <summary>A second sequence with the same past: full pages are shared, the last, unfinished one is copied.</summary>
    public KeyValueSequence Fork()
    {
        var fork = new KeyValueSequence(pool) { Length = Length };
        var full = Length / KeyValueLayout.Positions;
        for (var i = 0; i < full; i++)
        {
            _pages[i].Users++;
            fork._pages.Add(_pages[i]);
        }

        if (full < _pages.Count)
        {
            var copy = pool.Rent();
            copy.CopyFrom(_pages[full]);
            fork._pages.Add(copy);
        }

        return fork;
    }

    public void Release()
    {
        foreach (var page in _pages)
        {
            pool.Return(page);
        }

        _pages.Clear();
        Length = 0;
    }
}
