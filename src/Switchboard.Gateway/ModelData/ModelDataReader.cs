using System.Globalization;
using System.Text.Json;

namespace Switchboard.Gateway.ModelData;

/// <summary>Reads a file of facts. Everything that is wrong with it is found at once, each with its line and member.</summary>
internal ref struct ModelDataReader
{
    private const decimal MostDollars = 1_000_000;

    private readonly ReadOnlySpan<byte> _json;
    private readonly List<ModelDataFault> _faults;
    private readonly Stack<string> _path = new();
    private Utf8JsonReader _reader;

    private ModelDataReader(ReadOnlySpan<byte> json, List<ModelDataFault> faults)
    {
        _json = json;
        _faults = faults;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>Reads the facts of each provider's models.</summary>
    /// <param name="json">The file.</param>
    /// <param name="faults">What is wrong with it is added here.</param>
    public static Dictionary<string, Dictionary<string, ModelFacts>> Read(ReadOnlySpan<byte> json, List<ModelDataFault> faults)
    {
        var providers = new Dictionary<string, Dictionary<string, ModelFacts>>(StringComparer.Ordinal);
        var reader = new ModelDataReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json, faults);
        try
        {
            reader.ReadFile(providers);
        }
        catch (JsonException exception)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"(column {exception.BytePositionInLine + 1})");
            faults.Add(new((int)(exception.LineNumber ?? 0) + 1, null, $"This is not valid JSON {place}."));
        }
        catch (InvalidOperationException)
        {
            reader.Refuse("This text is not valid UTF-8, or escapes half a character.");
        }

        return providers;
    }

    private void ReadFile(Dictionary<string, Dictionary<string, ModelFacts>> providers)
    {
        _reader.Read();
        if (!IsObject("The file must be an object with the member \"providers\"."))
        {
            return;
        }

        while (NextMember() is { } name)
        {
            if (name == "providers")
            {
                ReadProviders(providers);
            }
            else if (name is "as_of" or "about")
            {
                _reader.Skip();
            }
            else
            {
                RefuseUnknown("providers, as_of, about");
            }

            _path.Pop();
        }

        // What comes behind the object is a fault too, which reading on finds.
        _reader.Read();
    }

    private void ReadProviders(Dictionary<string, Dictionary<string, ModelFacts>> providers)
    {
        if (!IsObject("Kinds or names of providers with their models are expected here."))
        {
            return;
        }

        while (NextMember() is { } provider)
        {
            var models = providers.TryGetValue(provider, out var known) ? known : providers[provider] = new(StringComparer.Ordinal);
            if (IsObject("Models with what is known of them are expected here."))
            {
                while (NextMember() is { } model)
                {
                    models[model] = ReadFacts();
                    _path.Pop();
                }
            }

            _path.Pop();
        }
    }

    private ModelFacts ReadFacts()
    {
        var facts = new ModelFacts();
        if (!IsObject("An object with context_window, max_output_tokens, capabilities, prices is expected here."))
        {
            return facts;
        }

        while (NextMember() is { } name)
        {
            switch (name)
            {
                case "context_window":
                    facts = facts with { ContextWindow = Tokens() };
                    break;
                case "max_output_tokens":
                    facts = facts with { MaxOutputTokens = Tokens() };
                    break;
                case "capabilities":
                    facts = facts with { Capabilities = ReadCapabilities() };
                    break;
                case "prices":
                    facts = facts with { Prices = ReadPrices(isLong: false, out _) };
                    break;
                default:
                    RefuseUnknown("context_window, max_output_tokens, capabilities, prices");
                    break;
            }

            _path.Pop();
        }

        return facts;
    }

    private ModelPrices ReadPrices(bool isLong, out int? above)
    {
        above = null;
        var prices = new ModelPrices();
        if (!IsObject("Prices in US dollars are expected here."))
        {
            return prices;
        }

        while (NextMember() is { } name)
        {
            if (PriceMember.All.FirstOrDefault(member => member.Name == name) is { } member)
            {
                prices = member.With(prices, Dollars());
            }
            else if (isLong && name == "above")
            {
                above = Tokens();
            }
            else if (!isLong && name == "long_prompt")
            {
                prices = prices with { LongPrompt = ReadLongPrompt() };
            }
            else
            {
                RefuseUnknown(string.Join(", ", PriceMember.All.Select(known => known.Name)) + (isLong ? ", above" : ", long_prompt"));
            }

            _path.Pop();
        }

        return prices;
    }

    private LongPromptPrices? ReadLongPrompt()
    {
        var faults = _faults.Count;
        var prices = ReadPrices(isLong: true, out var above);
        if (above is null && _faults.Count == faults)
        {
            Refuse("'above' is missing: the number of tokens from which on these prices hold.");
        }

        return above is { } tokens ? new LongPromptPrices(tokens, prices) : null;
    }

    private ModelCapabilities ReadCapabilities()
    {
        var capabilities = ModelCapabilities.None;
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            Refuse("A list is expected here, such as [\"chat\", \"tools\"].");
            _reader.Skip();
            return capabilities;
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            var name = _reader.TokenType == JsonTokenType.String ? _reader.GetString() : null;
            var known = ModelCapabilityNames.All.FirstOrDefault(row => row.Name == name).Capability;
            if (known == ModelCapabilities.None)
            {
                Refuse($"{(name is null ? "A value" : $"'{name}'")} is no capability; there are {string.Join(", ", ModelCapabilityNames.All.Select(row => row.Name))}.");
                _reader.Skip();
            }

            capabilities |= known;
        }

        return capabilities;
    }

    private int? Tokens()
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out var tokens) && tokens > 0)
        {
            return tokens;
        }

        Refuse("A whole number of tokens above 0 is expected here.");
        _reader.Skip();
        return null;
    }

    // Money is never a double. A string is taken as well: some writers keep decimals so.
    private decimal? Dollars()
    {
        var price = _reader.TokenType switch
        {
            JsonTokenType.Number => _reader.TryGetDecimal(out var number) ? number : (decimal?)null,
            JsonTokenType.String => decimal.TryParse(_reader.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null,
            _ => null,
        };
        if (price is >= 0 and <= MostDollars)
        {
            return price;
        }

        Refuse("A price in US dollars, 0 to 1000000, is expected here; leave out what is not known.");
        _reader.Skip();
        return null;
    }

    // The name of the next member with the reader at its value; null at the object's end.
    private string? NextMember()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        var name = _reader.GetString()!;
        _path.Push(name);
        _reader.Read();
        return name;
    }

    private bool IsObject(string otherwise)
    {
        if (_reader.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        Refuse(otherwise);
        _reader.Skip();
        return false;
    }

    private void RefuseUnknown(string known)
    {
        Refuse($"There is no such member; there are {known}.");
        _reader.Skip();
    }

    private readonly void Refuse(string message)
    {
        var line = 1 + _json[..(int)_reader.TokenStartIndex].Count((byte)'\n');
        _faults.Add(new ModelDataFault(line, _path.Count == 0 ? null : string.Join('.', _path.Reverse()), message));
    }
}
