namespace Switchboard.Gateway.Relay;

/// <summary>
/// Follows the braces of a JSON object too large to hold, so that one cut in its middle is known even where the
/// transport has no length (a body that ends with its connection). It checks nothing else.
/// </summary>
internal struct JsonEnd
{
    private int _depth;
    private bool _isInString;
    private bool _isEscaped;
    private bool _hasBegun;
    private bool _isSpoilt;

    /// <summary>True when the first character opened an object.</summary>
    public readonly bool IsObject => _hasBegun && !_isSpoilt;

    /// <summary>True when that object is closed and nothing follows it.</summary>
    public readonly bool IsReached => IsObject && _depth == 0;

    /// <summary>Reads on.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!_isInString)
            {
                ReadOutside(bytes[i]);
            }
            else if (_isEscaped)
            {
                _isEscaped = false;
            }
            else
            {
                // Nearly all bytes of a large answer are inside one string: jump to what could end it.
                var next = bytes[i..].IndexOfAny((byte)'"', (byte)'\\');
                if (next < 0)
                {
                    return;
                }

                i += next;
                _isInString = bytes[i] != '"';
                _isEscaped = bytes[i] == '\\';
            }
        }
    }

    private void ReadOutside(byte value)
    {
        switch (value)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                break;
            case (byte)'{' or (byte)'[':
                _isSpoilt |= _depth == 0 && (_hasBegun || value == '[');
                _hasBegun = true;
                _depth++;
                break;
            case (byte)'}' or (byte)']':
                _isSpoilt |= --_depth < 0;
                break;
            default:
                _isSpoilt |= _depth == 0;
                _isInString = value == '"';
                break;
        }
    }
}
