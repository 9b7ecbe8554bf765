/** Drag to scroll, Ctrl+wheel to zoom; plain wheel and arrow keys scroll as everywhere. */
export function setUpPanning(canvas, zoomBy) {
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add('dragging');
  });
  canvas.addEventListener('pointermove', ({ movementX, movementY }) => {
    if (!canvas.classList.contains('dragging')) return;
    canvas.scrollLeft -= movementX;
    canvas.scrollTop -= movementY;
  });
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, () => canvas.classList.remove('dragging'));
  }
  const onWheel = (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1);
  };
  canvas.addEventListener('wheel', onWheel, { passive: false });
}
