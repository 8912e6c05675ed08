using System.Net;
using System.Net.Http.Headers;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Client.Transport;

/// <summary>A form whose files are read while they are sent.</summary>
internal sealed class PreparedForm(MultipartForm form) : PreparedBody
{
    private Exception? _sourceFault;

    public override bool CanResend => form.CanResend;

    public override Exception? SourceFault => _sourceFault;

    public override HttpContent CreateContent() => new Content(this, form);

    private sealed class Content : HttpContent
    {
        private readonly PreparedForm _body;
        private readonly MultipartForm _form;

        public Content(PreparedForm body, MultipartForm form)
        {
            _body = body;
            _form = form;
            Headers.ContentType = MediaTypeHeaderValue.Parse(form.ContentType);
        }

        protected override bool TryComputeLength(out long length) => _form.TryGetLength(out length);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var destination = new WatchedStream(stream);
            try
            {
                await _form.WriteToAsync(destination, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (!destination.HasFailed && !cancellationToken.IsCancellationRequested)
            {
                _body._sourceFault = fault;
                throw;
            }
        }
    }

    /// <summary>Tells a connection that takes nothing more from a file that gives nothing more.</summary>
    private sealed class WatchedStream(Stream inner) : Stream
    {
        public bool HasFailed { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                HasFailed = true;
                throw;
            }
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
