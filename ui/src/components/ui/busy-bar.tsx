/** A light that sweeps along the lower edge of what is being worked on; decoration, so nothing is said of it. */
export function BusyBar() {
  return (
    <div aria-hidden className="absolute inset-x-0 bottom-0 h-1 overflow-hidden">
      <div className="h-full w-2/5 animate-sweep bg-linear-to-r from-transparent via-accent to-transparent motion-reduce:w-full motion-reduce:animate-none" />
    </div>
  );
}
