using System.Buffers;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>Where a marker stands in a text, or may begin to.</summary>
/// <param name="At">Its first byte; the length of the text where there is none.</param>
/// <param name="Marker">Its index in the set; negative while too little of it has come to tell, and where there is none.</param>
internal readonly record struct MarkerPlace(int At, int Marker)
{
    /// <summary>True where the whole marker is there.</summary>
    public bool IsFound => Marker >= 0;
}

/// <summary>Markers that are looked for together. None may begin with another of the set.</summary>
internal sealed class MarkerSet
{
    private readonly byte[][] _markers;
    private readonly SearchValues<byte> _firsts;

    public MarkerSet(params byte[][] markers)
    {
        _markers = markers;
        _firsts = SearchValues.Create([.. markers.Select(marker => marker[0]).Distinct()]);
    }

    /// <summary>The bytes of a marker.</summary>
    public ReadOnlySpan<byte> this[int marker] => _markers[marker];

    /// <summary>Finds the first place where a marker is, or where the text ends within one.</summary>
    public MarkerPlace Find(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (text[at..].IndexOfAny(_firsts) is >= 0 and var next)
        {
            at += next;
            var place = Match(text[at..], out var mayBegin);
            if (place >= 0 || mayBegin)
            {
                return new MarkerPlace(at, place);
            }

            at++;
        }

        return new MarkerPlace(text.Length, -1);
    }

    private int Match(ReadOnlySpan<byte> rest, out bool mayBegin)
    {
        mayBegin = false;
        for (var i = 0; i < _markers.Length; i++)
        {
            if (rest.StartsWith(_markers[i]))
            {
                return i;
            }

            mayBegin |= _markers[i].AsSpan().StartsWith(rest);
        }

        return -1;
    }
}
