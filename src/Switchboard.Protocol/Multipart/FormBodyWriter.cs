namespace Switchboard.Protocol.Multipart;

/// <summary>Writes a form's bytes through one buffer: small pieces together, files as they are read.</summary>
internal sealed class FormBodyWriter(Stream destination, byte[] buffer)
{
    private int _used;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length > buffer.Length - _used)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            if (bytes.Length > buffer.Length)
            {
                await destination.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        bytes.CopyTo(buffer.AsMemory(_used));
        _used += bytes.Length;
    }

    /// <summary>Writes the file's bytes, and fails where they are not as many as declared.</summary>
    public async ValueTask WriteAsync(UploadFile file, long? declaredLength, CancellationToken cancellationToken)
    {
        if (file.Source is BytesSource bytes)
        {
            await WriteAsync(bytes.Content, cancellationToken).ConfigureAwait(false);
            return;
        }

        var source = await file.Source.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CopyAsync(source, file, declaredLength, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (file.Source.IsOwned)
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_used > 0)
        {
            await destination.WriteAsync(buffer.AsMemory(0, _used), cancellationToken).ConfigureAwait(false);
            _used = 0;
        }
    }

    // What was read is written at once, so that a live source (a microphone) is not held back until the buffer is full.
    private async ValueTask CopyAsync(Stream source, UploadFile file, long? declaredLength, CancellationToken cancellationToken)
    {
        for (long copied = 0; ;)
        {
            if (_used == buffer.Length)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            var read = await source.ReadAsync(buffer.AsMemory(_used), cancellationToken).ConfigureAwait(false);
            copied += read;
            if (copied > declaredLength)
            {
                throw new IOException($"The file '{file.FileName}' is longer than the {declaredLength} bytes it was declared to have. The upload was stopped.");
            }

            if (read == 0)
            {
                if (copied < declaredLength)
                {
                    throw new IOException($"The file '{file.FileName}' ended after {copied} of the {declaredLength} bytes it was declared to have. The upload was stopped.");
                }

                return;
            }

            await destination.WriteAsync(buffer.AsMemory(0, _used + read), cancellationToken).ConfigureAwait(false);
            _used = 0;
        }
    }
}
