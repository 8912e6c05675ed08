using System.Globalization;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints.OpenAI.Usage;

/// <summary>What a request for usage asks for: a page of buckets, and what is told apart in them. Buckets are whole minutes, hours and days, UTC.</summary>
internal sealed class BucketRequest
{
    private const string Cursor = "page_";
    private const long Latest = 253_402_300_799;

    private static readonly string[] s_usual = ["start_time", "end_time", "bucket_width", "group_by", "limit", "page", "batch"];

    private readonly UsageKind _kind;
    private readonly IQueryCollection _query;
    private readonly List<string> _groups = [];
    private readonly Dictionary<UsageGroup, IReadOnlyList<string>> _any = [];
    private BucketWidth _width = BucketWidth.Day;
    private long _first;
    private long _end;
    private int _limit;

    private BucketRequest(UsageKind kind, IQueryCollection query) => (_kind, _query) = (kind, query);

    /// <summary>The names of what is told apart, as the caller has them.</summary>
    public IReadOnlyList<string> Groups => _groups;

    /// <summary>True where nothing can be in the buckets, whatever the ledger has.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Seconds that a bucket holds.</summary>
    public long Seconds => (long)_width;

    /// <summary>The beginning of the page's first bucket, in seconds since 1970.</summary>
    public long First => _first;

    /// <summary>The end of the page's last bucket.</summary>
    public long Until => Math.Min(_end, _first + (_limit * Seconds));

    /// <summary>The end of the last bucket of all pages.</summary>
    public long End => _end;

    /// <summary>The question to the ledger.</summary>
    public BucketQuery Query => new()
    {
        From = DateTimeOffset.FromUnixTimeSeconds(First),
        Until = DateTimeOffset.FromUnixTimeSeconds(Until),
        Width = _width,
        Groups = [.. _groups.Select(name => _kind.Groups[name]).OfType<UsageGroup>()],
        Any = _any,
        IsCharged = _kind.IsCost,
    };

    /// <summary>Reads a request; gives what is wrong with it, or null.</summary>
    public static GatewayError? Read(UsageKind kind, IQueryCollection query, DateTimeOffset now, out BucketRequest read)
    {
        read = new BucketRequest(kind, query);
        return PagedList.CheckOnce(query, "start_time", "end_time", "bucket_width", "limit", "page", "batch") ?? read.ReadTimes(now) ?? read.ReadGroups() ?? read.ReadFilters();
    }

    /// <summary>What names the page that begins with a bucket.</summary>
    public static string CursorOf(long start) => Cursor + start.ToString(CultureInfo.InvariantCulture);

    private GatewayError? ReadTimes(DateTimeOffset now)
    {
        if (!TryReadNumber("start_time", 0, Latest, out var start) || One("start_time") is null)
        {
            return Invalid("start_time", "It is needed, in seconds since 1970.");
        }

        if (!TryReadNumber("end_time", Latest, Latest, out var end) || end <= start)
        {
            return Invalid("end_time", "It must be a time after 'start_time', in seconds since 1970.");
        }

        if (ReadWidth() is { } wrong)
        {
            return wrong;
        }

        // What is to come holds nothing.
        _first = start / Seconds * Seconds;
        _end = Math.Max(((Math.Min(end, now.ToUnixTimeSeconds() + 1) + Seconds - 1) / Seconds) * Seconds, _first);
        return ReadPage();
    }

    private GatewayError? ReadWidth()
    {
        switch (One("bucket_width"))
        {
            case null or "1d":
                return null;
            case "1h" when !_kind.IsCost:
                _width = BucketWidth.Hour;
                return null;
            case "1m" when !_kind.IsCost:
                _width = BucketWidth.Minute;
                return null;
            default:
                return Invalid("bucket_width", _kind.IsCost ? "It can be 1d alone." : "It can be 1m, 1h or 1d.");
        }
    }

    private GatewayError? ReadPage()
    {
        var (usual, most) = _kind.IsCost ? (7, 180) : _width switch
        {
            BucketWidth.Minute => (60, 1440),
            BucketWidth.Hour => (24, 168),
            _ => (7, 31),
        };
        if (!TryReadNumber("limit", usual, most, out var limit) || limit == 0)
        {
            return Invalid("limit", string.Create(CultureInfo.InvariantCulture, $"It must be a whole number from 1 to {most}."));
        }

        _limit = (int)limit;
        if (One("page") is { } page)
        {
            if (!page.StartsWith(Cursor, StringComparison.Ordinal) || !TryParse(page.AsSpan(Cursor.Length), Latest, out var start) || start < _first || start > _end || start % Seconds != 0)
            {
                return Invalid("page", "It must be the next_page of the page before, asked for with the same times.");
            }

            _first = start;
        }

        return null;
    }

    private GatewayError? ReadGroups()
    {
        foreach (var name in Each("group_by").SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!_kind.IsEmpty && !_kind.Groups.ContainsKey(name))
            {
                return Invalid("group_by", $"It can be {string.Join(", ", _kind.Groups.Keys)}.");
            }

            if (!_kind.IsEmpty && !_groups.Contains(name))
            {
                _groups.Add(name);
            }
        }

        return null;
    }

    private GatewayError? ReadFilters()
    {
        IsEmpty = _kind.IsEmpty || Until <= First;
        foreach (var name in _query.Keys.Select(Plain).Except(s_usual))
        {
            if (_kind.IsEmpty)
            {
                continue;
            }

            if (!_kind.Filters.TryGetValue(name, out var group))
            {
                return GatewayError.InvalidRequest($"'{Shorten(name)}' is no parameter of this, or asks for what the ledger does not tell apart.", Shorten(name), "unknown_parameter");
            }

            _any[group] = group == UsageGroup.Operation ? [.. _kind.Sources.Where(source => Each(name).Contains(source.Value)).Select(source => source.Key)] : Each(name);
        }

        // What the gateway runs as a batch it asks for call by call.
        switch (One("batch"))
        {
            case null or "false":
                break;
            case "true":
                IsEmpty = true;
                break;
            default:
                return Invalid("batch", "It must be true or false.");
        }

        if (_kind.Sources.Count > 0)
        {
            _any.TryAdd(UsageGroup.Operation, [.. _kind.Sources.Keys]);
        }

        return null;
    }

    // OpenAI's SDKs write lists as name[]=a&name[]=b.
    private static string Plain(string name) => name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name;

    private static string Shorten(string name) => name.Length <= 64 ? name : name[..64];

    private static bool TryParse(ReadOnlySpan<char> text, long most, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    private List<string> Each(string name) => [.. _query[name].Concat(_query[name + "[]"]).OfType<string>()];

    private string? One(string name) => PagedList.One(_query, name);

    private bool TryReadNumber(string name, long usual, long most, out long number)
    {
        number = usual;
        return One(name) is not { } text || TryParse(text, most, out number);
    }

    private static GatewayError Invalid(string param, string message) => GatewayError.InvalidRequest($"'{param}' cannot be used: {message}", param, "invalid_value");
}
