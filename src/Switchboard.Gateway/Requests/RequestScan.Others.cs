using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Parameters;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Requests;

/// <summary>
/// The members that the gateway does not act on by themselves: they may stand for one that is required, exclude each
/// other, be unknown or beyond any provider, be left out, or be filled in.
/// </summary>
internal partial struct RequestScan
{
    /// <summary>A model of the configuration stands for one that is not named.</summary>
    private readonly bool CanFillModel => profile.DefaultModel is not null || (profile.Defaults.Count > 0 && policy.DefaultModel is not null);

    /// <summary>What was found; only after <see cref="Read"/> gave no error.</summary>
    public RequestFacts ToFacts(ReadOnlySpan<byte> body)
    {
        var model = _model ?? "";
        var isFilled = string.IsNullOrWhiteSpace(model) && profile.Defaults.Count > 0 && (_substituted & Bit(Member.Model)) == 0 && policy.DefaultModel is not null;
        model = isFilled ? policy.DefaultModel! : model;
        var edits = _cuts.ToEdits();
        if (policy.HasDefaults && policy.DefaultsOf(model) is { } defaults)
        {
            _fills.AddTo(ref edits, profile, defaults, body);
        }

        return new RequestFacts(model, _modelSpan, _stream, _includeUsage, _choices)
        {
            AnswerTokens = _answerTokens,
            UsagePlace = _usagePlace,
            HasModel = !isFilled,
            WantsRequestId = _wantsRequestId,
            Dropped = (IReadOnlyList<string>?)_dropped ?? [],
            Edits = edits,
        };
    }

    private readonly OtherMember ClassifyOther(ref Utf8JsonReader json)
    {
        var other = new OtherMember { Fill = policy.HasDefaults ? FilledMembers.Find(profile, ref json) : 0 };
        other.Substitutes = SubstitutesOf(ref json);
        for (var i = 0; i < profile.Exclusive.Count; i++)
        {
            other.Excludes |= json.ValueTextEquals(profile.Exclusive[i]) ? 1u << i : 0;
        }

        other.IsAnswerLimit = IsAnswerLimit(ref json);
        other.IsNvext = profile.Streams && json.ValueTextEquals("nvext"u8);
        if (policy.IsDynamo)
        {
            other.Unsupported = UnsupportedAt(ref json);
        }

        if (policy.MindsUnknown && !profile.Knows(ref json) && !(policy.IsDynamo && DynamoExtensions.Knows(ref json)))
        {
            other.Unknown = RequestFaults.Shorten(json.GetString()!);
        }

        return other;
    }

    // Most names do not begin like these.
    private static bool IsAnswerLimit(ref Utf8JsonReader json) =>
        (json.ValueIsEscaped || json.ValueSpan.StartsWith("max_"u8))
        && (json.ValueTextEquals("max_tokens"u8) || json.ValueTextEquals("max_completion_tokens"u8) || json.ValueTextEquals("max_output_tokens"u8));

    private readonly uint SubstitutesOf(ref Utf8JsonReader json)
    {
        var substituted = profile.ModelSubstitute is { } brings && json.ValueTextEquals(brings) ? Bit(Member.Model) : 0;
        for (var i = 0; i < profile.Required.Count; i++)
        {
            foreach (var substitute in profile.Required[i].Substitutes)
            {
                substituted |= json.ValueTextEquals(substitute) ? Bit((Member)(FirstRequired + i)) : 0;
            }
        }

        return substituted;
    }

    private readonly string? UnsupportedAt(ref Utf8JsonReader json)
    {
        foreach (var name in DynamoExtensions.UnsupportedBy(profile.Operation))
        {
            if (json.ValueTextEquals(name))
            {
                return name;
            }
        }

        return null;
    }

    private void NoteOther(in OtherMember other, Utf8JsonReader value, int start, int end)
    {
        _cuts.Pass(start);
        var isDropped = false;
        if (value.TokenType != JsonTokenType.Null)
        {
            _substituted |= other.Substitutes;
            _excluding |= other.Excludes;
            isDropped = other.IsNvext ? NoteNvext(value) : NoteSupport(other.Unsupported, value);
        }

        if (other.IsAnswerLimit && value.TokenType == JsonTokenType.Number && value.TryGetInt32(out var most) && most > 0)
        {
            _answerTokens = most;
        }

        isDropped |= NoteUnknown(other.Unknown);
        _fills.Note(other.Fill, value);
        _cuts.End(start, end, isDropped);
    }

    private bool NoteNvext(Utf8JsonReader value)
    {
        var nvext = NvextMember.Read(ref value);
        _wantsRequestId |= nvext.WantsRequestId;
        return policy.IsDynamo && profile.Operation == ApiOperation.Responses && nvext.WantsTokenIds && NoteSupport("nvext", value);
    }

    private bool NoteSupport(string? name, in Utf8JsonReader value)
    {
        // Not to be done in the background is what everyone can do.
        if (name is null || value.TokenType == JsonTokenType.False)
        {
            return false;
        }

        if (!policy.DropsUnsupported)
        {
            _unsupported ??= name;
            return false;
        }

        (_dropped ??= []).Add(name);
        return true;
    }

    private bool NoteUnknown(string? name)
    {
        if (name is null)
        {
            return false;
        }

        if (policy.DropsUnsupported)
        {
            (_dropped ??= []).Add(name);
            return true;
        }

        (_unknown ??= []).Add(name);
        return false;
    }

    private readonly GatewayError? CheckSupport() => _unsupported is null ? null : RequestFaults.Unsupported(_unsupported);

    private readonly GatewayError? CheckExclusion() =>
        _excluding == 0b11 ? Contradictions.Excluding(profile.Exclusive[0], profile.Exclusive[1]) : null;

    private readonly GatewayError? CheckUnknown() =>
        _unknown is null ? null
        : policy.IsDynamo ? RequestFaults.UnsupportedByDynamo(_unknown)
        : RequestFaults.Unknown(_unknown);

    /// <summary>What a member that the gateway does not act on is to it.</summary>
    private struct OtherMember
    {
        public uint Substitutes;
        public uint Excludes;
        public int Fill;
        public bool IsNvext;
        public bool IsAnswerLimit;
        public string? Unsupported;
        public string? Unknown;
    }
}
