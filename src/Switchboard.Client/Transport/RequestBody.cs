using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Client.Transport;

/// <summary>What a call sends: made ready once, sent with every attempt.</summary>
internal abstract class RequestBody
{
    /// <summary>Makes the body ready.</summary>
    /// <param name="members">Members that are added or replaced.</param>
    public abstract PreparedBody Prepare(IReadOnlyDictionary<string, RawJson> members);
}

/// <summary>A body that is ready to be sent; disposed after the last attempt.</summary>
internal abstract class PreparedBody : IDisposable
{
    /// <summary>It can be sent more than once.</summary>
    public virtual bool CanResend => true;

    /// <summary>What went wrong with the body's own source in the last attempt: a file that cannot be read.</summary>
    public virtual Exception? SourceFault => null;

    /// <summary>Its JSON; empty for a form.</summary>
    public virtual ReadOnlyMemory<byte> Json => default;

    public abstract HttpContent CreateContent();

    /// <summary>The member <c>model</c>, for requests whose type is not known here.</summary>
    public virtual string? FindModel() => null;

    public virtual void Dispose()
    {
    }
}

/// <summary>Makes bodies of JSON.</summary>
internal static class JsonBody
{
    public static RequestBody Of<T>(T value)
        where T : IWireCodec<T> => Of<T, T>(value);

    public static RequestBody Of<T, TCodec>(T value)
        where TCodec : IWireCodec<T> => new Wire<T, TCodec>(value);

    public static RequestBody Of<T>(T value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Own<T>(value, type);
    }

    private abstract class Json : RequestBody
    {
        public sealed override PreparedBody Prepare(IReadOnlyDictionary<string, RawJson> members)
        {
            var json = new PooledBuffer();
            Write(json);
            if (members.Count > 0)
            {
                using var plain = json;
                json = new PooledBuffer(plain.Length + 256);
                JsonMembers.Merge(plain.WrittenSpan, members, json);
            }

            return new PreparedJson(json);
        }

        protected abstract void Write(PooledBuffer output);
    }

    private sealed class Wire<T, TCodec>(T value) : Json
        where TCodec : IWireCodec<T>
    {
        protected override void Write(PooledBuffer output) => WireJson.Serialize<T, TCodec>(output, value);
    }

    private sealed class Own<T>(T value, JsonTypeInfo<T> type) : Json
    {
        protected override void Write(PooledBuffer output)
        {
            using var writer = new Utf8JsonWriter(output);
            JsonSerializer.Serialize(writer, value, type);
        }
    }
}

/// <summary>Makes bodies of forms (<c>multipart/form-data</c>).</summary>
internal static class FormBody
{
    public static RequestBody Of(IMultipartRequest request) => new Form(request);

    private sealed class Form(IMultipartRequest request) : RequestBody
    {
        public override PreparedBody Prepare(IReadOnlyDictionary<string, RawJson> members)
        {
            var form = new MultipartForm();
            request.WriteTo(form);
            foreach (var (name, value) in members)
            {
                form.Remove(name);
                if (value.Kind == JsonValueKind.String)
                {
                    form.Add(name, JsonDocument.Parse(value.Utf8).RootElement.GetString()!);
                }
                else
                {
                    form.Add(name, value.ToString());
                }
            }

            return new PreparedForm(form);
        }
    }
}
